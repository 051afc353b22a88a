import { nativeCalls, type NativeCall } from './native.ts';

const POINTER = 'uintptr_t';
const CIPHER_INIT = ['int', POINTER, POINTER, POINTER, POINTER, POINTER] as const;
const CIPHER_UPDATE = ['int', POINTER, POINTER, POINTER, POINTER, 'int'] as const;
const CIPHER_FINAL = ['int', POINTER, POINTER, POINTER] as const;
const ALGORITHM = [POINTER] as const;

/** What ESP needs of OpenSSL, which lies in the binary of Node itself. */
const SIGNATURES = {
  EVP_CIPHER_CTX_new: [POINTER],
  EVP_CIPHER_CTX_free: ['void', POINTER],
  EVP_CIPHER_CTX_ctrl: ['int', POINTER, 'int', 'int', POINTER],
  EVP_CIPHER_CTX_set_padding: ['int', POINTER, 'int'],
  EVP_EncryptInit_ex: CIPHER_INIT,
  EVP_EncryptUpdate: CIPHER_UPDATE,
  EVP_EncryptFinal_ex: CIPHER_FINAL,
  EVP_DecryptInit_ex: CIPHER_INIT,
  EVP_DecryptUpdate: CIPHER_UPDATE,
  EVP_DecryptFinal_ex: CIPHER_FINAL,
  EVP_aes_128_cbc: ALGORITHM,
  EVP_aes_192_cbc: ALGORITHM,
  EVP_aes_256_cbc: ALGORITHM,
  EVP_camellia_128_cbc: ALGORITHM,
  EVP_camellia_192_cbc: ALGORITHM,
  EVP_camellia_256_cbc: ALGORITHM,
  EVP_des_ede3_cbc: ALGORITHM,
  EVP_aes_128_gcm: ALGORITHM,
  EVP_aes_192_gcm: ALGORITHM,
  EVP_aes_256_gcm: ALGORITHM,
  EVP_aes_128_ctr: ALGORITHM,
  EVP_aes_192_ctr: ALGORITHM,
  EVP_aes_256_ctr: ALGORITHM,
  EVP_aes_128_ccm: ALGORITHM,
  EVP_aes_192_ccm: ALGORITHM,
  EVP_aes_256_ccm: ALGORITHM,
  HMAC_CTX_new: [POINTER],
  HMAC_CTX_free: ['void', POINTER],
  HMAC_Init_ex: ['int', POINTER, POINTER, 'int', POINTER, POINTER],
  HMAC_Update: ['int', POINTER, POINTER, 'size_t'],
  HMAC_Final: ['int', POINTER, POINTER, POINTER],
  EVP_md5: ALGORITHM,
  EVP_sha1: ALGORITHM,
  EVP_sha256: ALGORITHM,
  EVP_sha384: ALGORITHM,
  EVP_sha512: ALGORITHM,
  CRYPTO_memcmp: ['int', POINTER, POINTER, 'size_t'],
} as const;

export type OpenSsl = Readonly<Record<keyof typeof SIGNATURES, NativeCall>>;

let functions: OpenSsl | undefined;

/** @throws where this Node does not show OpenSSL's functions ("Cannot find function …") or koffi is missing. */
export function openSsl(): OpenSsl {
  functions ??= nativeCalls(SIGNATURES);
  return functions;
}
