import { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { Exchange } from './conversation.ts';
import type { EndReason, Role } from './events.ts';
import type { QuickModeResult } from './exchange/quick-mode.ts';

/** A pair of IPsec SAs, one a direction, that one Quick Mode made. */
export interface IpsecPair extends QuickModeResult {
  readonly role: Role;
  /** Whose it is, as text: a connection to anybody has pairs of several peers. */
  readonly peer: string;
  readonly since: Instant;
  expires: Instant;
  endReason: EndReason;
}

/** A Quick Mode that is under way. */
export class Negotiation {
  readonly tunnel: string;
  readonly role: Role;
  readonly began: Instant;
  readonly #exchange: () => Exchange | undefined;
  #inboundSpi: number | undefined;

  constructor(tunnel: string, role: Role, began: Instant, exchange: () => Exchange | undefined) {
    this.tunnel = tunnel;
    this.role = role;
    this.began = began;
    this.#exchange = exchange;
  }
  /** What the peer sends with, if it has our answer; undefined before there is one. */
  get inboundSpi(): number | undefined {
    return this.#inboundSpi;
  }
  /** From here on the peer may hold the SAs, though we do not know it yet. */
  answered(inboundSpi: number): void {
    this.#inboundSpi = inboundSpi;
  }
  /** The first authentic ESP packet came on our inbound SA. */
  inboundUsed(now: Instant): void {
    this.#exchange()?.input({ type: 'inbound-used' }, now);
  }
  /** The back end has no SA for it after all. */
  backendFailed(reason: string, now: Instant): void {
    this.#exchange()?.abandon(new IkeError('BACKEND_FAILED', { reason }), now);
  }
}
