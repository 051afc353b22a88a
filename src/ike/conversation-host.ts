import type { UdpEndpoint } from '../base/address.ts';
import type { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import type { Channel } from './channel.ts';
import type { Job } from './effects.ts';
import type { DropReason } from './events.ts';
import type { Context, Input, Output } from './exchange/exchange.ts';
import type { CipherChain } from './keys/cipher-chain.ts';
import type { Received } from './received.ts';

/** The ISAKMP SA as its conversations see it. */
export interface ConversationHost {
  readonly crypto: CryptoProvider;
  context(now: Instant): Context;
  readonly channel: Channel;
  startJob(job: Job, exchange: Exchange): void;
  carryOut(output: Exclude<Output, { type: 'send' | 'use-chain' | 'job' }>): void;
  received(received: Received, payloads: readonly { type: number }[]): void;
  dropped(reason: DropReason, remote: UdpEndpoint, error?: IkeError): void;
}

/** What becomes of a message that was held, when its time has come. */
export type Take = (received: Received, now: Instant) => void;

/** A conversation without the type of its states, so that those of all exchanges lie in one table. */
export interface Exchange {
  readonly messageId: number;
  readonly exchangeType: number;
  readonly chain: CipherChain | undefined;
  readonly stateName: string;
  readonly ended: boolean;
  receive(received: Received, now: Instant): void;
  /** Keeps a message while a job is under way here, as long as there is room; false where none is. */
  hold(received: Received, take: Take): boolean;
  /** Shows the exchange something that is no message; nothing happens where its state does not wait for it. */
  input(input: Exclude<Input, { type: 'message' }>, now: Instant): void;
  tick(now: Instant): void;
  deadline(): Instant | undefined;
  abandon(error: IkeError, now: Instant): void;
  /** Sends the last answer again, where the peer shows that it has gone on and we have not heard how. */
  repeatAnswer(now: Instant): void;
}
