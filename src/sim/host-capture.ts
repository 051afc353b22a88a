import type { Instant } from '../base/instant.ts';
import { type PacketToWrite, writeCapture } from '../capture/write-capture.ts';
import type { Effect } from '../ike/effects.ts';
import { keyLogLine } from '../ike/key-log.ts';
import { espSaLine } from './esp-sa-line.ts';
import type { Packet } from './packet.ts';

/**
 * What a simulated host sent and received, and the keys that go with it, to be looked at in Wireshark. It grows with the run.
 *
 * The time of a packet is the simulation's, which begins with the year 1970.
 */
export class HostCapture {
  readonly #packets: PacketToWrite[] = [];
  readonly #ikeKeys = new Set<string>();
  readonly #espSas = new Set<string>();

  /** A pcap file, IP without a link layer. */
  pcap(): Uint8Array {
    return writeCapture(this.#packets);
  }
  /** The keys of its ISAKMP SAs, as Wireshark's `ikev1_decryption_table`, which `sallyport decode --keys` reads too. */
  ikeKeys(): string {
    return [...this.#ikeKeys].map((line) => `${line}\n`).join('');
  }
  /** Its ESP SAs, as Wireshark's `esp_sa`. */
  espSas(): string {
    return [...this.#espSas].map((line) => `${line}\n`).join('');
  }

  packet(at: Instant, { protocol, source, destination, bytes }: Packet): void {
    this.#packets.push({ time: at, protocol, source, destination, bytes: bytes.slice() });
  }
  effect(effect: Effect): void {
    if (effect.type === 'unsafe-key-log') this.#ikeKeys.add(keyLogLine(effect));
    const line = effect.type === 'install-sa' ? espSaLine(effect.sa) : undefined;
    if (line !== undefined) this.#espSas.add(line);
  }
}
