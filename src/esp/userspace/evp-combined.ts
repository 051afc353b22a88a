import { ARGUMENT, type Evp, type EvpCipher } from './evp-cipher.ts';
import { ESP_HEADER_BYTES, type PacketMemory } from './packet.ts';
import type { Transform } from './transform.ts';

const IV_BYTES = 8;

/** What GCM, CCM and GMAC do alike: a nonce of salt and IV, and a header that is authenticated. */
abstract class EvpCombined implements Transform {
  protected readonly cipher: EvpCipher;
  protected readonly icvBytes: number;
  protected readonly headerBytes: number;
  readonly #evp: Evp;
  readonly #salt: Uint8Array;
  readonly #esn: boolean;

  constructor(evp: Evp, cipher: EvpCipher, salt: Uint8Array, icvBytes: number, esn: boolean) {
    this.#evp = evp;
    this.cipher = cipher;
    this.#salt = salt;
    this.icvBytes = icvBytes;
    this.#esn = esn;
    this.headerBytes = ESP_HEADER_BYTES + (esn ? 4 : 0);
  }

  abstract seal(memory: PacketMemory, at: number, end: number, high: number): void;
  abstract open(memory: PacketMemory, at: number, end: number, high: number): boolean;

  close(): void {
    this.#salt.fill(0);
    this.cipher.close();
  }

  /** Begins a packet with its nonce. */
  protected begin({ bytes }: PacketMemory, at: number): void {
    const { argument } = this.#evp;
    const saltBytes = this.#salt.length;
    const iv = at + ESP_HEADER_BYTES;
    for (let i = 0; i < saltBytes; i++) argument.bytes[ARGUMENT.nonce + i] = this.#salt[i] ?? 0;
    for (let i = 0; i < IV_BYTES; i++) argument.bytes[ARGUMENT.nonce + saltBytes + i] = bytes[iv + i] ?? 0;
    this.cipher.begin(argument.address + ARGUMENT.nonce);
  }

  /** Where the header lies as it is authenticated: with its sequence number whole (RFC 4106 §5, RFC 4309 §5). */
  protected header({ view, address }: PacketMemory, at: number, high: number): number {
    if (!this.#esn) return address + at;
    const { argument } = this.#evp;
    argument.view.setUint32(ARGUMENT.header, view.getUint32(at));
    argument.view.setUint32(ARGUMENT.header + 4, high);
    argument.view.setUint32(ARGUMENT.header + 8, view.getUint32(at + 4));
    return argument.address + ARGUMENT.header;
  }
}

/** AES-GCM with an ICV of 16, 12 or 8 octets, RFC 4106. */
export class EvpGcm extends EvpCombined {
  seal(memory: PacketMemory, at: number, end: number, high: number): void {
    this.#crypt(memory, at, end, high);
    this.cipher.final(memory.address + end);
    this.cipher.writeTag(this.icvBytes, memory.address + end);
  }
  open(memory: PacketMemory, at: number, end: number, high: number): boolean {
    // GCM decrypts while it authenticates: nobody looks at the plaintext before `final` has agreed.
    this.#crypt(memory, at, end, high);
    this.cipher.expectTag(this.icvBytes, memory.address + end);
    return this.cipher.final(memory.address + end);
  }

  #crypt(memory: PacketMemory, at: number, end: number, high: number): void {
    this.begin(memory, at);
    this.cipher.update(0, this.header(memory, at, high), this.headerBytes);
    const from = memory.address + at + ESP_HEADER_BYTES + IV_BYTES;
    this.cipher.update(from, from, memory.address + end - from);
  }
}

/** GCM's ICV over a packet that stays readable, RFC 4543; with the IV, as `NodeCombined` says. */
export class EvpGmac extends EvpCombined {
  seal(memory: PacketMemory, at: number, end: number, high: number): void {
    this.#authenticate(memory, at, end, high);
    this.cipher.final(memory.address + end);
    this.cipher.writeTag(this.icvBytes, memory.address + end);
  }
  open(memory: PacketMemory, at: number, end: number, high: number): boolean {
    this.#authenticate(memory, at, end, high);
    this.cipher.expectTag(this.icvBytes, memory.address + end);
    return this.cipher.final(memory.address + end);
  }

  #authenticate(memory: PacketMemory, at: number, end: number, high: number): void {
    this.begin(memory, at);
    this.cipher.update(0, this.header(memory, at, high), this.headerBytes);
    this.cipher.update(0, memory.address + at + ESP_HEADER_BYTES, end - at - ESP_HEADER_BYTES);
  }
}

/** AES-CCM with an ICV of 16, 12 or 8 octets, RFC 4309. It has to know beforehand how much will come, and takes it at once. */
export class EvpCcm extends EvpCombined {
  seal(memory: PacketMemory, at: number, end: number, high: number): void {
    this.begin(memory, at);
    this.#crypt(memory, at, end, high);
    this.cipher.writeTag(this.icvBytes, memory.address + end);
  }
  open(memory: PacketMemory, at: number, end: number, high: number): boolean {
    this.begin(memory, at);
    this.cipher.expectTag(this.icvBytes, memory.address + end);
    return this.#crypt(memory, at, end, high);
  }

  #crypt(memory: PacketMemory, at: number, end: number, high: number): boolean {
    const from = memory.address + at + ESP_HEADER_BYTES + IV_BYTES;
    const length = memory.address + end - from;
    this.cipher.update(0, 0, length);
    this.cipher.update(0, this.header(memory, at, high), this.headerBytes);
    return this.cipher.tryUpdate(from, from, length);
  }
}
