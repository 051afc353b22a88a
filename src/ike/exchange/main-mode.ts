import type { IkeError } from '../../base/errors.ts';
import type { Identity } from '../../base/identity.ts';
import type { PeerProof } from '../auth/proof.ts';
import type { PeerCertificate } from '../effects.ts';
import type { OutgoingPayload } from './exchange.ts';
import type { Phase1Keys } from './phase1-keys.ts';
import type { Phase1Agreement } from '../negotiate/phase1-choice.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { payload } from '../wire/payload.ts';
import type { NatSituation } from './nat-discovery.ts';
import { isWanted, unwanted } from './peer-connection.ts';
import type { PeerTraits } from './peer-traits.ts';

/** What Main Mode is about to leave behind: everything that later exchanges under this ISAKMP SA need. */
export interface Phase1Outcome {
  readonly connection: ConnectionPolicy;
  readonly agreement: Phase1Agreement;
  readonly keys: Phase1Keys;
  readonly nat: NatSituation;
  readonly peer: PeerTraits;
  /** Absent where nothing but a user proves the peer: XAUTH follows, and gives it. */
  readonly proof?: PeerProof;
  readonly peerId: Identity;
  /** Absent where the peer has proved itself by a pre-shared key. */
  readonly certificate?: PeerCertificate;
  /** Whether the peer said that it has no other SA with us (RFC 2407 §4.6.3.3). */
  readonly initialContact: boolean;
}

/** The same when that is there: nothing of phase 2 without. */
export type ProvedOutcome = Phase1Outcome & { readonly proof: PeerProof };

/** What stands when the peer has proved itself: it is who the proof is of. */
export const outcomeOf = (known: Omit<ProvedOutcome, 'peerId'>): ProvedOutcome => ({
  peerId: known.proof.identity,
  ...known,
});

/** IDii or IDir, RFC 2409 §5. */
export const ownIdentification = ({ local }: ConnectionPolicy): OutgoingPayload =>
  payload('identification', { ...local.id, protocolId: 0, port: 0 });

/** The last two states of either role. */
export type MainModeEnd =
  | { readonly name: 'established'; readonly outcome: Phase1Outcome }
  | { readonly name: 'failed'; readonly error: IkeError };

/** Octets of our nonces: within 8 to 256 (RFC 2409 §5), and no shorter than half of any PRF's key (ours). */
export const NONCE_BYTES = 32;

/**
 * Whether the peer is who the connection is for; a name in the configuration may have stars.
 *
 * @throws IkeError AUTHENTICATION_FAILED
 */
export function requireWanted(connection: ConnectionPolicy, peerId: Identity): void {
  if (!isWanted(connection.remote, peerId)) throw unwanted([connection], peerId);
}
