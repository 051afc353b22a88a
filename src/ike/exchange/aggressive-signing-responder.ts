import type { UdpEndpoint } from '../../base/address.ts';
import { IkeError } from '../../base/errors.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import { signedHashName } from '../auth/signature.ts';
import type { CipherChain } from '../keys/cipher-chain.ts';
import { hashI, hashR, type Phase1Hashed } from '../keys/phase1-hash.ts';
import { NOTIFY } from '../wire/numbers.ts';
import { payload } from '../wire/payload.ts';
import type { AggressiveModeResponder, Heard, InResponder, Own } from './aggressive-mode-responder.ts';
import {
  certificateRequests,
  type Claim,
  evidenceIn,
  provePeer,
  signaturePayloads,
  verifyJob,
} from './certificates.ts';
import { type Context, go, type Input, type MessageInput, requireJob, type Transition } from './exchange.ts';
import { outcomeOf, ownIdentification } from './main-mode.ts';
import { discoverNat, natDiscovery, type NatSituation } from './nat-discovery.ts';
import { agreementFor, matching, unwanted } from './peer-connection.ts';
import { answeringVendorIds, useFragments } from './peer-traits.ts';
import { phase1Hashed, type Phase1Keys, signatureKeys } from './phase1-keys.ts';
import { whenProved } from './run.ts';

/** The end of Aggressive Mode with signatures, responder, RFC 2409 §5.1; it begins when g^xy is there. */
export type AggressiveSigningResponder =
  | ({ readonly name: 'signing' } & Heard & Secured & Omit<Own, 'gxy'> & { readonly chain: CipherChain })
  | ({ readonly name: 'awaiting-signature' } & Heard & Secured)
  | ({ readonly name: 'verifying-peer' } & Heard & Secured & Claimed);

interface Secured {
  readonly method: SignatureMethod;
  readonly hashed: Phase1Hashed;
  readonly keys: Phase1Keys;
}
/** What the third message says, not proved yet, and where it came from. */
interface Claimed {
  readonly claim: Claim;
  readonly from: { readonly local: UdpEndpoint; readonly remote: UdpEndpoint };
  readonly nat: NatSituation;
}

/** HASH_R is ready to be signed; the private key may lie elsewhere. */
export function askForSignature(
  state: InResponder<'computing-secret'>,
  { gxy, ...own }: Own,
  method: SignatureMethod,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { connection, agreement, requests } = state;
  const said = { ...state, ...own };
  const { keys, chain } = signatureKeys(context.crypto, agreement.suite, { ...said, gxy });
  gxy.wipe();
  const hashed = phase1Hashed(said);
  const over = { ...hashed, idBodyR: ownIdentification(connection).body };
  const hash = hashR(context.crypto, signedHashName(method, keys.hash), keys.skeyids.skeyid, over);
  const about = { connection: connection.name, identity: connection.local.id, method, hash, requests };
  return go<AggressiveModeResponder>({ ...said, name: 'signing', method, hashed, keys, chain }, [
    { type: 'job', job: { kind: 'sign', ...about } },
  ]);
}

/** <--  HDR, SA, KE, Nr, IDir, [ CERT, ] SIG_R */
export function onSignature(
  state: InResponder<'signing'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { publicR, nonceR, chain, ...known } = state;
  const { connection, candidates, cookies, keys, peer, requests } = known;
  const payloads = [
    state.answer,
    payload('key-exchange', { data: publicR }),
    payload('nonce', { data: nonceR }),
    ownIdentification(connection),
    ...signaturePayloads(requireJob(input, 'sign'), connection, requests),
    ...certificateRequests(candidates),
    ...natDiscovery(context, cookies, keys.hash, peer.dialect, connection.natt.mode),
    ...answeringVendorIds(peer, [connection]),
  ];
  return go<AggressiveModeResponder>({ ...known, name: 'awaiting-signature' }, [
    { type: 'use-chain', chain },
    ...useFragments(peer),
    { type: 'send', payloads, encrypted: false, expectsAnswer: false },
  ]);
}

/** HDR*, [ CERT, ] SIG_I  -->   in clear as well: RFC 2409 §5.1 leaves it to the initiator. */
export function onPeerSignature(
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { candidates, connection, idI, idBodyI, peer, keys, method } = state;
  const claim = { identity: idI, idBody: idBodyI, ...evidenceIn(input) };
  const from = { local: input.local, remote: input.remote };
  const seen = { dialect: peer.dialect, payloads: input.payloads, ...from };
  const nat = discoverNat(context, state.cookies, keys.hash, seen, connection.natt.mode);
  return go<AggressiveModeResponder>({ ...state, name: 'verifying-peer', claim, from, nat }, [
    { type: 'job', job: verifyJob(candidates, method, claim) },
  ]);
}

/** Whose key it is has been found out: now the signature. */
export function onVerdict(
  state: InResponder<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<AggressiveModeResponder> {
  const { verdict } = requireJob(input, 'verify-peer');
  const { claim, method, keys, hashed, candidates, from, nat, peer } = state;
  const over = { ...hashed, idBodyI: claim.idBody };
  const hash = hashI(context.crypto, signedHashName(method, keys.hash), keys.skeyids.skeyid, over);
  const proved = provePeer(context, claim, { method, hash, signature: claim.signature }, verdict);
  if (IkeError.is(proved)) return refuse(proved, state);
  return whenProved(() => {
    const connection = matching(candidates, claim.identity).find(({ name }) => name === proved.connection);
    if (connection === undefined) return refuse(state.refusal ?? unwanted(candidates, claim.identity), state);
    const { proof, certificate } = proved;
    const agreement = agreementFor(state, connection);
    // RFC 2407 §4.6.3: nothing binds a Notification in Aggressive Mode to it.
    const outcome = outcomeOf({ connection, agreement, keys, nat, peer, proof, certificate, initialContact: false });
    return go<AggressiveModeResponder>({ name: 'established', outcome }, [{ type: 'move', ...from }]);
  });
}

/** The peer has shown that the message was its own and may know that it is refused. */
const refuse = (error: IkeError, { from, keys }: InResponder<'verifying-peer'>): Transition<AggressiveModeResponder> =>
  go<AggressiveModeResponder>({ name: 'failed', error }, [
    { type: 'move', ...from },
    { type: 'refuse', keys, notify: error.notify ?? NOTIFY.AUTHENTICATION_FAILED },
  ]);
