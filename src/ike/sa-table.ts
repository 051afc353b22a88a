import { type UdpEndpoint, endpointText } from '../base/address.ts';
import { isZero, sameBytes, toHex } from '../base/bytes.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { Limits } from './limits.ts';
import type { IsakmpHeader } from './wire/header.ts';

/**
 * All ISAKMP SAs by their cookies, which alone say what a message belongs to (RFC 2408 §2.5.3): addresses may change under a NAT.
 * The side that made a cookie made it unique, so that one is the key, and the other cookie is compared.
 */
export class SaTable {
  readonly #limits: Pick<Limits, 'halfOpen' | 'halfOpenPerSource'>;
  readonly #byOwnCookie = new Map<string, IsakmpSa>();
  readonly #byFirstMessage = new Map<string, IsakmpSa>();
  readonly #halfOpen = new Map<IsakmpSa, string>();

  constructor(limits: Pick<Limits, 'halfOpen' | 'halfOpenPerSource'>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byOwnCookie.size;
  }
  /** Those in which we are the responder and nobody has proved anything yet. */
  halfOpen(): Iterable<IsakmpSa> {
    return this.#halfOpen.keys();
  }

  add(sa: IsakmpSa): void {
    this.#byOwnCookie.set(ownCookie(sa), sa);
    if (sa.channel.role !== 'responder') return;
    this.#byFirstMessage.set(firstMessageKey(sa.channel.cookies.initiator, sa.channel.remote), sa);
    this.#halfOpen.set(sa, sa.channel.remote.address);
  }
  /** The peer has proved itself: the SA counts no longer as half open. */
  proved(sa: IsakmpSa): void {
    this.#halfOpen.delete(sa);
  }
  delete(sa: IsakmpSa): void {
    this.#byOwnCookie.delete(ownCookie(sa));
    this.#halfOpen.delete(sa);
    for (const [key, other] of this.#byFirstMessage) if (other === sa) this.#byFirstMessage.delete(key);
  }

  find(header: IsakmpHeader, remote: UdpEndpoint): IsakmpSa | undefined {
    const { initiatorCookie, responderCookie } = header;
    // Without a responder's cookie it is a first message, new or repeated.
    if (isZero(responderCookie)) return this.#byFirstMessage.get(firstMessageKey(initiatorCookie, remote));
    const asResponder = this.#byOwnCookie.get(toHex(responderCookie));
    if (asResponder?.channel.role === 'responder')
      return sameBytes(asResponder.channel.cookies.initiator, initiatorCookie) ? asResponder : undefined;
    const asInitiator = this.#byOwnCookie.get(toHex(initiatorCookie));
    if (asInitiator?.channel.role !== 'initiator') return undefined;
    const { responder } = asInitiator.channel.cookies;
    return isZero(responder) || sameBytes(responder, responderCookie) ? asInitiator : undefined;
  }

  /** Whether one more half-open SA from this address may be held. */
  hasRoomFor(remote: UdpEndpoint): boolean {
    if (this.#halfOpen.size >= this.#limits.halfOpen) return false;
    const same = [...this.#halfOpen.values()].filter((address) => address === remote.address);
    return same.length < this.#limits.halfOpenPerSource;
  }
}

function ownCookie({ channel }: IsakmpSa): string {
  return toHex(channel.role === 'initiator' ? channel.cookies.initiator : channel.cookies.responder);
}

const firstMessageKey = (initiatorCookie: Uint8Array, remote: UdpEndpoint): string =>
  `${toHex(initiatorCookie)} ${endpointText(remote)}`;
