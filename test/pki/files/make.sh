#!/bin/sh
# Makes the files beside it anew, with the command line of OpenSSL 3 (not with anything of ours). The passphrase of all is "open sesame".
set -eu
cd "$(dirname "$0")"
dir=$(mktemp -d)
days=36500
pass='pass:open sesame'
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/ca.key" -out ca.pem -days $days -subj '/C=CH/O=Example/CN=Example CA' 2>/dev/null
for kind in rsa ec; do
  case $kind in rsa) new='rsa:2048' ;; ec) new='ec -pkeyopt ec_paramgen_curve:P-256' ;; esac
  # shellcheck disable=SC2086
  openssl req -new -newkey $new -nodes -keyout "$dir/$kind.key" -out "$dir/$kind.csr" -subj "/C=CH/O=Example/CN=$kind gateway" 2>/dev/null
  printf 'subjectAltName=DNS:%s.example,email:admin@example,IP:192.0.2.1,IP:2001:db8::1\nkeyUsage=digitalSignature\n' $kind > "$dir/ext"
  openssl x509 -req -in "$dir/$kind.csr" -CA ca.pem -CAkey "$dir/ca.key" -CAcreateserial -days $days -extfile "$dir/ext" -out $kind.pem 2>/dev/null
  export="openssl pkcs12 -export -inkey $dir/$kind.key -in $kind.pem -certfile ca.pem"
  $export -passout "$pass" -legacy -out $kind-rc2.p12
  $export -passout "$pass" -legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -out $kind-3des.p12
  $export -passout "$pass" -out $kind-aes.p12
  openssl pkcs8 -topk8 -nocrypt -in "$dir/$kind.key" -out $kind-pkcs8.key
  openssl pkcs8 -topk8 -passout "$pass" -in "$dir/$kind.key" -out $kind-pkcs8-encrypted.key
  openssl pkcs8 -topk8 -nocrypt -in "$dir/$kind.key" -outform DER -out $kind-pkcs8.der
  openssl $kind -in "$dir/$kind.key" -out $kind-traditional.key $([ $kind = ec ] || echo -traditional) 2>/dev/null
  openssl $kind -in "$dir/$kind.key" -aes256 -passout "$pass" -out $kind-traditional-encrypted.key $([ $kind = ec ] || echo -traditional) 2>/dev/null
  openssl crl2pkcs7 -nocrl -certfile $kind.pem -certfile ca.pem -outform DER -out $kind.p7
done
$export -passout pass: -keypbe NONE -certpbe NONE -nomac -out open.p12 2>/dev/null || true
openssl x509 -in rsa.pem -outform DER -out rsa.der
rm -r "$dir" ca.srl
