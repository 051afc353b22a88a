import { type UdpEndpoint, endpointText } from '../base/address.ts';
import { isZero, sameBytes, toHex } from '../base/bytes.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import type { IsakmpHeader } from './wire/header.ts';

/**
 * All ISAKMP SAs by their cookies, which alone say what a message belongs to (RFC 2408 §2.5.3): addresses may change under a NAT.
 * The side that made a cookie made it unique, so that one is the key, and the other cookie is compared.
 */
export class SaTable {
  readonly #byOwnCookie = new Map<string, IsakmpSa>();
  readonly #byFirstMessage = new Map<string, IsakmpSa>();
  /** An SA's address may change; the key of its first message may not. */
  readonly #firstMessages = new Map<IsakmpSa, string>();

  get size(): number {
    return this.#byOwnCookie.size;
  }

  add(sa: IsakmpSa): void {
    this.#byOwnCookie.set(ownCookie(sa), sa);
    if (sa.channel.role !== 'responder') return;
    const key = firstMessageKey(sa.channel.cookies.initiator, sa.channel.remote);
    this.#byFirstMessage.set(key, sa);
    this.#firstMessages.set(sa, key);
  }
  delete(sa: IsakmpSa): void {
    this.#byOwnCookie.delete(ownCookie(sa));
    const key = this.#firstMessages.get(sa);
    if (key === undefined) return;
    this.#firstMessages.delete(sa);
    if (this.#byFirstMessage.get(key) === sa) this.#byFirstMessage.delete(key);
  }

  has(sa: IsakmpSa): boolean {
    return this.#byOwnCookie.get(ownCookie(sa)) === sa;
  }
  /** Whether we have begun with this initiator's cookie ourselves. */
  isOurs(initiatorCookie: Uint8Array): boolean {
    return this.#byOwnCookie.get(toHex(initiatorCookie))?.channel.role === 'initiator';
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
}

function ownCookie({ channel }: IsakmpSa): string {
  return toHex(channel.role === 'initiator' ? channel.cookies.initiator : channel.cookies.responder);
}

const firstMessageKey = (initiatorCookie: Uint8Array, remote: UdpEndpoint): string =>
  `${toHex(initiatorCookie)} ${endpointText(remote)}`;
