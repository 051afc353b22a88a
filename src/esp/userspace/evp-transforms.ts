import { IkeError } from '../../base/errors.ts';
import { ESP_CIPHERS, ESP_INTEGRITY, type EspIntegrityName, type EspSuite } from '../../crypto/esp-transforms.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { nativeMemory, type NativeMemory } from '../../linux/native.ts';
import { openSsl, type OpenSsl } from '../../linux/openssl.ts';
import type { EspKeys } from '../sa.ts';
import { opensslKey } from '../../crypto/openssl-names.ts';
import { ALGORITHMS, type CbcName, type GcmName } from './openssl-algorithms.ts';
import { nodeTransforms } from './node-transforms.ts';
import { ESP_HEADER_BYTES, type PacketMemory } from './packet.ts';
import { type EspTransforms, requireKeys, type Transform } from './transform.ts';

const CIPHERS = {
  'aes-128-cbc': 'EVP_aes_128_cbc',
  'aes-192-cbc': 'EVP_aes_192_cbc',
  'aes-256-cbc': 'EVP_aes_256_cbc',
  'camellia-128-cbc': 'EVP_camellia_128_cbc',
  'camellia-192-cbc': 'EVP_camellia_192_cbc',
  'camellia-256-cbc': 'EVP_camellia_256_cbc',
  'des-ede3-cbc': 'EVP_des_ede3_cbc',
  'aes-128-gcm': 'EVP_aes_128_gcm',
  'aes-192-gcm': 'EVP_aes_192_gcm',
  'aes-256-gcm': 'EVP_aes_256_gcm',
} as const satisfies Record<CbcName | GcmName, keyof OpenSsl>;

const DIGESTS = {
  md5: 'EVP_md5',
  sha1: 'EVP_sha1',
  sha256: 'EVP_sha256',
  sha384: 'EVP_sha384',
  sha512: 'EVP_sha512',
} as const satisfies Record<HashName, keyof OpenSsl>;

const GET_TAG = 0x10;
const SET_TAG = 0x11;
/** What lies where in the memory for arguments. */
const ARGUMENT = { length: 0, nonce: 16, key: 64, digest: 192, size: 256 };

/**
 * ESP by OpenSSL's own functions, in place and with contexts that live as long as the SA: a tenth of the time that node:crypto takes,
 * which makes a context for each packet.
 *
 * @throws where koffi or the functions are not to be had.
 */
export function evpTransforms(): EspTransforms {
  const lib = openSsl();
  const argument = nativeMemory(ARGUMENT.size);
  return {
    name: 'evp',
    memory: nativeMemory,
    create(suite: EspSuite, keys: EspKeys, direction): Transform {
      const integrity = requireKeys(suite, keys);
      const authenticated = (): EvpIntegrity => new EvpIntegrity(lib, argument, integrity, keys.integrity);
      const { keyBytes, ivBytes, icvBytes } = ESP_CIPHERS[suite.cipher];
      const key = keys.encryption.subarray(0, keyBytes);
      const algorithm = ALGORITHMS[suite.cipher];
      if (algorithm.mode === 'null') return new EvpNull(authenticated());
      const cipherKey = algorithm.mode === 'cbc' ? opensslKey(algorithm.cipher, key) : key;
      const cipher = new EvpCipher(lib, argument, lib[CIPHERS[algorithm.name]], cipherKey, direction);
      return algorithm.mode === 'gcm'
        ? new EvpGcm(cipher, keys.encryption.slice(keyBytes), icvBytes)
        : new EvpCbc(cipher, ivBytes, authenticated());
    },
  };
}

/** The fastest transforms that this process has. */
export function bestTransforms(): EspTransforms {
  try {
    return evpTransforms();
  } catch {
    return nodeTransforms;
  }
}

/** A cipher context with its key, for one direction. */
class EvpCipher {
  readonly lib: OpenSsl;
  readonly argument: NativeMemory;
  readonly #context: number;
  readonly #init: OpenSsl['EVP_EncryptInit_ex'];
  readonly #update: OpenSsl['EVP_EncryptUpdate'];
  readonly #final: OpenSsl['EVP_EncryptFinal_ex'];

  constructor(
    lib: OpenSsl,
    argument: NativeMemory,
    algorithm: OpenSsl['EVP_aes_128_cbc'],
    key: Uint8Array,
    direction: 'inbound' | 'outbound',
  ) {
    this.lib = lib;
    this.argument = argument;
    const seal = direction === 'outbound';
    this.#init = seal ? lib.EVP_EncryptInit_ex : lib.EVP_DecryptInit_ex;
    this.#update = seal ? lib.EVP_EncryptUpdate : lib.EVP_DecryptUpdate;
    this.#final = seal ? lib.EVP_EncryptFinal_ex : lib.EVP_DecryptFinal_ex;
    this.#context = lib.EVP_CIPHER_CTX_new();
    withKey(argument, key, (address) => {
      required(this.#init(this.#context, algorithm(), 0, address, 0));
    });
    lib.EVP_CIPHER_CTX_set_padding(this.#context, 0);
  }

  begin(iv: number): void {
    required(this.#init(this.#context, 0, 0, 0, iv));
  }
  /** `to` 0 only authenticates. */
  update(to: number, from: number, length: number): void {
    required(this.#update(this.#context, to, this.argument.address + ARGUMENT.length, from, length));
  }
  control(command: number, value: number, address: number): void {
    required(this.lib.EVP_CIPHER_CTX_ctrl(this.#context, command, value, address));
  }
  final(at: number): boolean {
    return this.#final(this.#context, at, this.argument.address + ARGUMENT.length) === 1;
  }
  close(): void {
    this.lib.EVP_CIPHER_CTX_free(this.#context);
  }
}

/** AES-GCM with an ICV of 16, 12 or 8 octets, RFC 4106. */
class EvpGcm implements Transform {
  readonly #cipher: EvpCipher;
  readonly #salt: Uint8Array;
  readonly #icvBytes: number;

  constructor(cipher: EvpCipher, salt: Uint8Array, icvBytes: number) {
    this.#cipher = cipher;
    this.#salt = salt;
    this.#icvBytes = icvBytes;
  }

  seal(memory: PacketMemory, at: number, end: number): void {
    const start = this.#begin(memory, at);
    const length = end - at - ESP_HEADER_BYTES - 8;
    this.#cipher.update(start, start, length);
    required(this.#cipher.final(start + length) ? 1 : 0);
    this.#cipher.control(GET_TAG, this.#icvBytes, start + length);
  }

  open(memory: PacketMemory, at: number, end: number): boolean {
    const start = this.#begin(memory, at);
    const length = end - at - ESP_HEADER_BYTES - 8;
    // GCM decrypts while it authenticates: nobody looks at the plaintext before `final` has agreed.
    this.#cipher.update(start, start, length);
    this.#cipher.control(SET_TAG, this.#icvBytes, start + length);
    return this.#cipher.final(start + length);
  }

  close(): void {
    this.#salt.fill(0);
    this.#cipher.close();
  }

  /** Sets the nonce, salt and IV (§4), and authenticates the header (§5); returns the address of what is encrypted. */
  #begin({ bytes, address }: PacketMemory, at: number): number {
    const { argument } = this.#cipher;
    const iv = at + ESP_HEADER_BYTES;
    for (let i = 0; i < 4; i++) argument.bytes[ARGUMENT.nonce + i] = this.#salt[i] ?? 0;
    for (let i = 0; i < 8; i++) argument.bytes[ARGUMENT.nonce + 4 + i] = bytes[iv + i] ?? 0;
    this.#cipher.begin(argument.address + ARGUMENT.nonce);
    this.#cipher.update(0, address + at, ESP_HEADER_BYTES);
    return address + iv + 8;
  }
}

/** A block cipher in CBC mode and an HMAC over all before the ICV (RFC 4303 §2.8). */
class EvpCbc implements Transform {
  readonly #cipher: EvpCipher;
  readonly #ivBytes: number;
  readonly #integrity: EvpIntegrity;

  constructor(cipher: EvpCipher, ivBytes: number, integrity: EvpIntegrity) {
    this.#cipher = cipher;
    this.#ivBytes = ivBytes;
    this.#integrity = integrity;
  }

  seal({ bytes, address }: PacketMemory, at: number, end: number): void {
    this.#crypt(address + at, address + end);
    bytes.set(this.#integrity.icv(address + at, address + end), end);
  }
  open({ address }: PacketMemory, at: number, end: number): boolean {
    if (!this.#integrity.fits(address + at, address + end)) return false;
    this.#crypt(address + at, address + end);
    return true;
  }
  close(): void {
    this.#cipher.close();
    this.#integrity.close();
  }

  #crypt(from: number, end: number): void {
    const iv = from + ESP_HEADER_BYTES;
    const start = iv + this.#ivBytes;
    this.#cipher.begin(iv);
    this.#cipher.update(start, start, end - start);
  }
}

/** Nothing encrypted (RFC 2410), and an HMAC over all before the ICV. */
class EvpNull implements Transform {
  readonly #integrity: EvpIntegrity;

  constructor(integrity: EvpIntegrity) {
    this.#integrity = integrity;
  }

  seal({ bytes, address }: PacketMemory, at: number, end: number): void {
    bytes.set(this.#integrity.icv(address + at, address + end), end);
  }
  open({ address }: PacketMemory, at: number, end: number): boolean {
    return this.#integrity.fits(address + at, address + end);
  }
  close(): void {
    this.#integrity.close();
  }
}

/** HMAC cut to the length that ESP carries, RFC 2403, RFC 2404 and RFC 4868 §2.6; its context is begun anew for each packet. */
class EvpIntegrity {
  readonly #lib: OpenSsl;
  readonly #argument: NativeMemory;
  readonly #context: number;
  readonly #icvBytes: number;

  constructor(lib: OpenSsl, argument: NativeMemory, name: EspIntegrityName, key: Uint8Array) {
    this.#lib = lib;
    this.#argument = argument;
    this.#icvBytes = ESP_INTEGRITY[name].icvBytes;
    this.#context = lib.HMAC_CTX_new();
    withKey(argument, key, (address) => {
      required(lib.HMAC_Init_ex(this.#context, address, key.length, lib[DIGESTS[name]](), 0));
    });
  }

  /** A view that holds until the next call. */
  icv(from: number, end: number): Uint8Array {
    this.#digest(from, end);
    return this.#argument.bytes.subarray(ARGUMENT.digest, ARGUMENT.digest + this.#icvBytes);
  }
  fits(from: number, end: number): boolean {
    return this.#lib.CRYPTO_memcmp(this.#digest(from, end), end, this.#icvBytes) === 0;
  }
  close(): void {
    this.#lib.HMAC_CTX_free(this.#context);
  }

  /** The address of the whole digest. */
  #digest(from: number, end: number): number {
    const digest = this.#argument.address + ARGUMENT.digest;
    required(this.#lib.HMAC_Init_ex(this.#context, 0, 0, 0, 0));
    required(this.#lib.HMAC_Update(this.#context, from, end - from));
    required(this.#lib.HMAC_Final(this.#context, digest, this.#argument.address + ARGUMENT.length));
    return digest;
  }
}

/** A key in memory that native code reads, for the time of one call. */
function withKey(argument: NativeMemory, key: Uint8Array, use: (address: number) => void): void {
  const at = ARGUMENT.key;
  argument.bytes.set(key, at);
  use(argument.address + at);
  argument.bytes.fill(0, at, at + key.length);
}

function required(result: number): void {
  if (result !== 1) throw new IkeError('INTERNAL', { what: 'OpenSSL refused a call' });
}
