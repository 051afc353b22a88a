import { isZero, sameBytes } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { Received } from './received.ts';
import type { DropReason } from './events.ts';
import type { Gate } from './gate.ts';
import { sourceOf } from './half-open.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { openClear } from './open-message.ts';
import { readMessage } from './wire/message.ts';
import { PAYLOAD } from './wire/numbers.ts';

export interface FragmentHost {
  readonly gate: Gate;
}

export const isFragment = ({ header }: Pick<Received, 'header'>): boolean => header.nextPayload === PAYLOAD.FRAGMENT;

/**
 * The message whose last missing fragment this was. A fragment proves nothing and costs the exchange nothing: what is wrong with it, or
 * with what they come to, is dropped and counted, and the peer sends the whole message again.
 */
export function receiveFragment(
  { gate }: FragmentHost,
  sa: IsakmpSa,
  received: Received,
  now: Instant,
): Received | undefined {
  const { header, remote } = received;
  // Only a peer that has been told that we join them sends any, and it has our cookie from the same message.
  if (sa.channel.fragmentSize === undefined || isZero(header.responderCookie)) return drop(sa, 'unexpected', received);
  const opened = openClear('fragment', received);
  if (opened.kind === 'refused') return drop(sa, opened.reason, received, opened.error);
  const { value } = opened.payloads.one('fragment');
  const origin = gate.halfOpen.entryOf(sa)?.origin ?? 'known';
  const from = {
    sender: sa.established === undefined ? origin : ('proved' as const),
    source: sourceOf(remote.address, origin),
  };
  const { whole, refused, lost } = gate.reassembly.add(sa, from, { ...value, data: value.data.slice() }, now);
  for (const other of lost) other.dropped('incomplete', other.channel.remote);
  if (refused !== undefined) return drop(sa, refused, received);
  return whole === undefined ? undefined : readWhole(sa, received, whole);
}

/** What the fragments come to is a message of the same SA, and no fragment. */
function readWhole(sa: IsakmpSa, received: Received, bytes: Uint8Array): Received | undefined {
  try {
    const { header, body } = readMessage(bytes);
    const whole = { ...received, header, body, bytes: bytes.subarray(0, header.length) };
    const sameSa =
      sameBytes(header.initiatorCookie, received.header.initiatorCookie) &&
      sameBytes(header.responderCookie, received.header.responderCookie);
    return sameSa && !isFragment(whole) ? whole : drop(sa, 'unexpected', received);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return drop(sa, 'malformed', received, error);
  }
}

function drop(sa: IsakmpSa, ...[reason, { remote }, error]: [DropReason, Received, IkeError?]): undefined {
  sa.dropped(reason, remote, error);
  return undefined;
}
