import { nativeMemory } from '../../src/linux/native.ts';
import { openSsl } from '../../src/linux/openssl.ts';
import { AAD_BYTES, type Bare, IV_BYTES, KEY_BYTES, type MeasuredSuite, octets, TAG_BYTES } from './bare.ts';

const CIPHERS = { aes128gcm16: 'EVP_aes_128_gcm', aes256: 'EVP_aes_256_cbc', '3des': 'EVP_des_ede3_cbc' } as const;
const DIGESTS = { sha1: 'EVP_sha1', sha256: 'EVP_sha256' } as const;
const GET_TAG = 0x10;
const SET_TAG = 0x11;

/** Where in native memory things lie. */
interface Places {
  readonly data: number;
  readonly result: number;
  /** The tag of GCM or the whole digest of HMAC. */
  readonly tag: number;
  /** Where OpenSSL writes how much it has written. */
  readonly size: number;
  readonly aad: number;
  readonly iv: number;
  readonly key: number;
}

/** By OpenSSL's functions in the binary of Node, with contexts that are kept. */
export function bareEvp(suite: MeasuredSuite, length: number): Bare {
  const memory = nativeMemory(2 * length + 256);
  const behind = 2 * length;
  const at = (offset: number): number => memory.address + offset;
  const places: Places = {
    data: at(0),
    result: at(length),
    tag: at(behind),
    size: at(behind + 64),
    aad: at(behind + 80),
    iv: at(behind + 96),
    key: at(behind + 128),
  };
  memory.bytes.set(octets(IV_BYTES[suite.cipher]), behind + 96);
  memory.bytes.set(octets(32), behind + 128);
  return suite.cipher === 'aes128gcm16' ? evpGcm(places, length) : evpCbc(suite, places, length);
}

function evpGcm({ data, result, tag, size, aad, iv, key }: Places, length: number): Bare {
  const lib = openSsl();
  const [sealing, opening] = [lib.EVP_CIPHER_CTX_new(), lib.EVP_CIPHER_CTX_new()];
  lib.EVP_EncryptInit_ex(sealing, lib[CIPHERS.aes128gcm16](), 0, key, 0);
  lib.EVP_DecryptInit_ex(opening, lib[CIPHERS.aes128gcm16](), 0, key, 0);
  return {
    seal() {
      lib.EVP_EncryptInit_ex(sealing, 0, 0, 0, iv);
      lib.EVP_EncryptUpdate(sealing, 0, size, aad, AAD_BYTES);
      lib.EVP_EncryptUpdate(sealing, result, size, data, length);
      lib.EVP_EncryptFinal_ex(sealing, result + length, size);
      lib.EVP_CIPHER_CTX_ctrl(sealing, GET_TAG, TAG_BYTES, tag);
    },
    open() {
      lib.EVP_DecryptInit_ex(opening, 0, 0, 0, iv);
      lib.EVP_DecryptUpdate(opening, 0, size, aad, AAD_BYTES);
      lib.EVP_DecryptUpdate(opening, data, size, result, length);
      lib.EVP_CIPHER_CTX_ctrl(opening, SET_TAG, TAG_BYTES, tag);
      if (lib.EVP_DecryptFinal_ex(opening, data + length, size) !== 1) throw new Error('not authentic');
    },
  };
}

function evpCbc(
  { cipher, integrity }: Exclude<MeasuredSuite, { readonly cipher: 'aes128gcm16' }>,
  { data, result, tag, size, iv, key }: Places,
  length: number,
): Bare {
  const lib = openSsl();
  const [sealing, opening, hmac] = [lib.EVP_CIPHER_CTX_new(), lib.EVP_CIPHER_CTX_new(), lib.HMAC_CTX_new()];
  lib.EVP_EncryptInit_ex(sealing, lib[CIPHERS[cipher]](), 0, key, 0);
  lib.EVP_DecryptInit_ex(opening, lib[CIPHERS[cipher]](), 0, key, 0);
  lib.EVP_CIPHER_CTX_set_padding(sealing, 0);
  lib.EVP_CIPHER_CTX_set_padding(opening, 0);
  lib.HMAC_Init_ex(hmac, key, KEY_BYTES[integrity], lib[DIGESTS[integrity]](), 0);
  const authenticate = (): void => {
    lib.HMAC_Init_ex(hmac, 0, 0, 0, 0);
    lib.HMAC_Update(hmac, result, length);
    lib.HMAC_Final(hmac, tag, size);
  };
  return {
    seal() {
      lib.EVP_EncryptInit_ex(sealing, 0, 0, 0, iv);
      lib.EVP_EncryptUpdate(sealing, result, size, data, length);
      authenticate();
    },
    open() {
      authenticate();
      lib.EVP_DecryptInit_ex(opening, 0, 0, 0, iv);
      lib.EVP_DecryptUpdate(opening, data, size, result, length);
    },
  };
}
