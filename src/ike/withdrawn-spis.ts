import { after, earlier, type Instant } from '../base/instant.ts';
import { espDelete } from './exchange/informational.ts';
import type { IpsecSasHost } from './ipsec-sas-host.ts';
import { waitAfter } from './retransmit.ts';

interface Withdrawn {
  readonly peer: string;
  readonly spi: number;
  attempt: number;
  due: Instant;
}

/**
 * SPIs that we do not receive on any more, and that the peer may go on with. Of a Quick Mode that we answered and that came to nothing
 * here, the third message may be all that was lost. A pair that a newer one replaced here may be half of a collision for the peer, where
 * it came up later. Nothing acknowledges a Delete (RFC 2409 §5.7), so that of such an SPI comes as often, and for as long, as a message
 * that waits for its answer: a path that carries again within that time leaves the peer with nothing that we have not.
 */
export class WithdrawnSpis {
  readonly #host: Pick<IpsecSasHost, 'settings' | 'standingWith'>;
  #withdrawn: Withdrawn[] = [];

  constructor(host: Pick<IpsecSasHost, 'settings' | 'standingWith'>) {
    this.#host = host;
  }

  /** The peer may hold an SA that sends to this SPI of ours, and must not. */
  add(peer: string, spi: number, now: Instant): void {
    this.#say({ peer, spi, attempt: 0, due: now }, now);
  }

  tick(now: Instant): void {
    const due = this.#withdrawn.filter((withdrawn) => withdrawn.due <= now);
    this.#withdrawn = this.#withdrawn.filter((withdrawn) => withdrawn.due > now);
    for (const withdrawn of due) this.#say(withdrawn, now);
  }

  deadline(): Instant | undefined {
    return this.#withdrawn.reduce<Instant | undefined>((at, { due }) => earlier(at, due), undefined);
  }

  /** Without an ISAKMP SA nothing can be said; when the next stands, it can. */
  #say({ peer, spi, attempt }: Withdrawn, now: Instant): void {
    this.#host.standingWith(peer)?.inform(espDelete(spi));
    const wait = waitAfter(this.#host.settings.retransmit, attempt);
    if (wait !== undefined && attempt < this.#host.settings.retransmit.tries)
      this.#withdrawn.push({ peer, spi, attempt: attempt + 1, due: after(now, wait) });
  }
}
