import { IkeError } from '../../base/errors.ts';
import type { NativeMemory } from '../../linux/native.ts';
import type { OpenSsl } from '../../linux/openssl.ts';
import type { CbcName, CcmName, CtrName, GcmName } from './openssl-algorithms.ts';

const CIPHERS = {
  'aes-128-cbc': 'EVP_aes_128_cbc',
  'aes-192-cbc': 'EVP_aes_192_cbc',
  'aes-256-cbc': 'EVP_aes_256_cbc',
  'camellia-128-cbc': 'EVP_camellia_128_cbc',
  'camellia-192-cbc': 'EVP_camellia_192_cbc',
  'camellia-256-cbc': 'EVP_camellia_256_cbc',
  'des-ede3-cbc': 'EVP_des_ede3_cbc',
  'aes-128-ctr': 'EVP_aes_128_ctr',
  'aes-192-ctr': 'EVP_aes_192_ctr',
  'aes-256-ctr': 'EVP_aes_256_ctr',
  'aes-128-gcm': 'EVP_aes_128_gcm',
  'aes-192-gcm': 'EVP_aes_192_gcm',
  'aes-256-gcm': 'EVP_aes_256_gcm',
  'aes-128-ccm': 'EVP_aes_128_ccm',
  'aes-192-ccm': 'EVP_aes_192_ccm',
  'aes-256-ccm': 'EVP_aes_256_ccm',
} as const satisfies Record<CbcName | CtrName | GcmName | CcmName, keyof OpenSsl>;

const SET_NONCE_LENGTH = 0x9;
const GET_TAG = 0x10;
const SET_TAG = 0x11;
/** What lies where in the memory for arguments. */
export const ARGUMENT = {
  length: 0,
  nonce: 16,
  header: 32,
  key: 64,
  digest: 192,
  scratch: 256,
  scratchBytes: 256,
  size: 512,
};

/** OpenSSL's functions, and memory for what they are given beside a packet. */
export interface Evp {
  readonly lib: OpenSsl;
  readonly argument: NativeMemory;
}

/** What has to be known of CCM before its key is. */
export interface CcmLengths {
  readonly nonce: number;
  readonly tag: number;
}

/** A cipher context with its key, for one direction. */
export class EvpCipher {
  readonly #evp: Evp;
  readonly #context: number;
  readonly #init: OpenSsl['EVP_EncryptInit_ex'];
  readonly #update: OpenSsl['EVP_EncryptUpdate'];
  readonly #final: OpenSsl['EVP_EncryptFinal_ex'];

  constructor(
    evp: Evp,
    name: keyof typeof CIPHERS,
    key: Uint8Array,
    direction: 'inbound' | 'outbound',
    lengths?: CcmLengths,
  ) {
    const { lib, argument } = evp;
    const seal = direction === 'outbound';
    this.#evp = evp;
    this.#init = seal ? lib.EVP_EncryptInit_ex : lib.EVP_DecryptInit_ex;
    this.#update = seal ? lib.EVP_EncryptUpdate : lib.EVP_DecryptUpdate;
    this.#final = seal ? lib.EVP_EncryptFinal_ex : lib.EVP_DecryptFinal_ex;
    this.#context = lib.EVP_CIPHER_CTX_new();
    required(this.#init(this.#context, lib[CIPHERS[name]](), 0, 0, 0));
    if (lengths !== undefined) {
      this.#control(SET_NONCE_LENGTH, lengths.nonce, 0);
      this.#control(SET_TAG, lengths.tag, 0);
    }
    withKey(argument, key, (address) => {
      required(this.#init(this.#context, 0, 0, address, 0));
    });
    lib.EVP_CIPHER_CTX_set_padding(this.#context, 0);
  }

  begin(iv: number): void {
    required(this.#init(this.#context, 0, 0, 0, iv));
  }
  /** `to` 0 only authenticates, and with `from` 0 says how much will come (CCM). */
  update(to: number, from: number, length: number): void {
    required(this.tryUpdate(to, from, length) ? 1 : 0);
  }
  /** False where CCM, which checks the tag with its one update, finds it wrong. */
  tryUpdate(to: number, from: number, length: number): boolean {
    return this.#update(this.#context, to, this.#evp.argument.address + ARGUMENT.length, from, length) === 1;
  }
  writeTag(length: number, to: number): void {
    this.#control(GET_TAG, length, to);
  }
  expectTag(length: number, from: number): void {
    this.#control(SET_TAG, length, from);
  }
  final(at: number): boolean {
    return this.#final(this.#context, at, this.#evp.argument.address + ARGUMENT.length) === 1;
  }
  close(): void {
    this.#evp.lib.EVP_CIPHER_CTX_free(this.#context);
  }

  #control(command: number, value: number, address: number): void {
    required(this.#evp.lib.EVP_CIPHER_CTX_ctrl(this.#context, command, value, address));
  }
}

/** A key in memory that native code reads, for the time of one call. */
export function withKey(argument: NativeMemory, key: Uint8Array, use: (address: number) => void): void {
  const at = ARGUMENT.key;
  argument.bytes.set(key, at);
  use(argument.address + at);
  argument.bytes.fill(0, at, at + key.length);
}

export function required(result: number): void {
  if (result !== 1) throw new IkeError('INTERNAL', { what: 'OpenSSL refused a call' });
}
