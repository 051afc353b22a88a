import { IkeError } from '../../base/errors.ts';
import type { GroupName } from '../../crypto/groups.ts';
import type { Phase1Suite } from '../../crypto/suites.ts';
import type { CipherChain } from '../keys/cipher-chain.ts';
import { type Context, type Cookies, go, type OutgoingPayload, type Transition } from './exchange.ts';
import type { MainModeEnd, Phase1Outcome } from './main-mode.ts';
import { natDiscovery, toNattPort } from './nat-discovery.ts';

/**
 * The group of a connection with Aggressive Mode. RFC 2409 §5: "Due to message construction requirements the group in which the
 * Diffie-Hellman exchange is performed cannot be negotiated", because g^xi stands beside the offer.
 *
 * @throws IkeError INVALID_ARGUMENT where its suites have several
 */
export function oneGroup(suites: readonly Phase1Suite[]): GroupName {
  const [group, another] = new Set(suites.map((suite) => suite.group));
  if (group === undefined || another !== undefined)
    throw new IkeError('INVALID_ARGUMENT', { what: 'groups in Aggressive Mode', have: new Set(suites).size });
  return group;
}

/** What an initiator knows when it has believed the second message. */
interface Believed extends Omit<Phase1Outcome, 'initialContact'> {
  readonly cookies: Cookies;
  readonly chain: CipherChain;
}

/**
 * HDR*, HASH_I  -->   or   HDR*, [ CERT, ] SIG_I  -->
 *
 * RFC 2409 §5 leaves open whether this message is encrypted; ours is, as with strongSwan and racoon. It goes to the NAT-T port
 * where there is a NAT (RFC 3947 §4), and its NAT-D payloads speak of the ends that it has there.
 */
export function thirdMessage(
  { cookies, chain, ...known }: Believed,
  evidence: readonly OutgoingPayload[],
  context: Context,
): Transition<MainModeEnd> {
  const { connection, keys, nat, peer } = known;
  const move = toNattPort(nat, context);
  const from = move.reduce((ends, output) => (output.type === 'move' ? { ...ends, ...output } : ends), context);
  const payloads = [...evidence, ...natDiscovery(from, cookies, keys.hash, peer.dialect, connection.natt.mode)];
  // RFC 2407 §4.6.3: nothing binds a Notification in Aggressive Mode to it.
  const outcome = { ...known, initialContact: false };
  return go<MainModeEnd>({ name: 'established', outcome }, [
    { type: 'use-chain', chain },
    ...move,
    { type: 'use-fragments', size: peer.fragmentSize },
    { type: 'send', payloads, encrypted: true, expectsAnswer: false },
  ]);
}
