import type { UdpEndpoint } from '../../base/address.ts';
import type { Secret } from '../../base/secret.ts';
import type { SignatureMethod } from '../../crypto/signatures.ts';
import type { Identity } from '../../base/identity.ts';
import { isUserAlone } from '../negotiate/authentication.ts';
import type { ConnectionPolicy } from '../negotiate/policy.ts';
import { type Claim, claimIn, type ProvedPeer, requestsIn, signaturePayloads, verifyJob } from './certificates.ts';
import { connectionFor, onVerdict, ownHash, requirePeerHash, type Said, signJob } from './evidence.ts';
import {
  type Context,
  go,
  type Input,
  type MessageInput,
  type OutgoingPayload,
  type Output,
  requireJob,
  type Transition,
  valueOf,
} from './exchange.ts';
import { firstContact, hasInitialContact } from './initial-contact.ts';
import type { InResponder, MainModeResponder, Shared } from './main-mode-responder.ts';
import { outcomeOf, ownIdentification, type Phase1Outcome } from './main-mode.ts';
import { agreementFor, matching, unwanted } from './peer-connection.ts';
import { phase1Hashed, type Phase1Keys, signatureKeys } from './phase1-keys.ts';
import { refused, refusedUnproved } from './refused.ts';
import { whenProved } from './run.ts';

/** The end of Main Mode with signatures, responder, RFC 2409 §5.1; it begins with the fourth message. */
export type SigningResponder =
  | ({ readonly name: 'awaiting-signature' } & Shared & Method)
  | ({ readonly name: 'verifying-peer' } & Shared & Method & Heard & { readonly claim: Claim })
  | ({ readonly name: 'signing' } & Shared & Method & Heard & Proved);

interface Method {
  readonly method: SignatureMethod;
  readonly keys: Phase1Keys;
}
/** What the fifth message says besides who sent it, and where it came from. */
interface Heard {
  readonly from: { readonly local: UdpEndpoint; readonly remote: UdpEndpoint };
  readonly initialContact: boolean;
}
interface Proved {
  readonly connection: ConnectionPolicy;
  /** With Hybrid Authentication the peer has only claimed to be somebody. */
  readonly proved: ProvedPeer | { readonly claimed: Identity };
}

/** <--  HDR, KE, Nr, [ CERT-REQ ]; SKEYID depends on nothing but what has been said (RFC 2409 §5). */
export function awaitSignature(
  state: Omit<InResponder<'computing-secret'>, 'name'> & Shared & { readonly gxy: Secret },
  method: SignatureMethod,
  answer: Output,
  context: Context,
): Transition<MainModeResponder> {
  const { gxy, ...known } = state;
  const { keys, chain } = signatureKeys(context.crypto, state.agreement.suite, { ...known, gxy });
  return go<MainModeResponder>({ ...known, name: 'awaiting-signature', method, keys }, [
    answer,
    { type: 'use-chain', chain },
  ]);
}

export const onPeerProof = (
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<MainModeResponder> =>
  isUserAlone(state.agreement.method, 'initiator') ? onPeerHash(state, input, context) : onPeerSignature(state, input);

/**
 * HDR*, IDii, HASH_I  -->
 *
 * draft-ietf-ipsec-isakmp-hybrid-auth-05 §3.2.2: the message is whole, and the peer is anybody.
 */
function onPeerHash(
  state: InResponder<'awaiting-signature'>,
  input: MessageInput,
  context: Context,
): Transition<MainModeResponder> {
  const { candidates } = state;
  const { value: id, body: idBody } = input.payloads.one('identification');
  requirePeerHash(context, 'initiator', said(state), { idBody, hash: valueOf(input, 'hash').data });
  return whenProved(() => {
    const claimed = { idType: id.idType, data: id.data.slice() };
    const heard = heardIn(state, input);
    const [connection] = matching(candidates, claimed);
    if (connection === undefined) return refusedUnproved(unwanted(candidates, claimed), state.keys, moved(heard));
    const job = signJob(context, 'responder', said(state), connection, heard.requests);
    return go<MainModeResponder>({ ...state, ...heard, name: 'signing', connection, proved: { claimed } }, [
      { type: 'job', job },
    ]);
  });
}

const heardIn = (state: InResponder<'awaiting-signature'>, input: MessageInput) => ({
  from: { local: input.local, remote: input.remote },
  initialContact: hasInitialContact(input.payloads, state.cookies),
  requests: [...state.requests, ...requestsIn(input.payloads)],
});

/** HDR*, IDii, [ CERT, ] SIG_I  --> */
function onPeerSignature(state: InResponder<'awaiting-signature'>, input: MessageInput): Transition<MainModeResponder> {
  const claim = claimIn(input);
  const fitting = matching(state.candidates, claim.identity);
  // Where no connection is for this identity, the peer still has to be known before it can be told.
  const asked = fitting.length > 0 ? fitting : state.candidates;
  const heard = heardIn(state, input);
  return go<MainModeResponder>({ ...state, ...heard, name: 'verifying-peer', claim }, [
    { type: 'job', job: verifyJob(asked, state.method, claim) },
  ]);
}

/** The peer has signed: now we do, unless XAUTH will say who we are. */
export const onPeerVerdict = (
  state: InResponder<'verifying-peer'>,
  input: Input,
  context: Context,
): Transition<MainModeResponder> =>
  onVerdict<Transition<MainModeResponder>>(context, 'initiator', said(state), input, {
    refuse: (error) => refused(error, state.keys, moved(state)),
    accept: (proved) => {
      const { claim, ...known } = state;
      const connection = connectionFor(state.candidates, proved);
      if (connection === undefined)
        return refused(unwanted(state.candidates, claim.identity), state.keys, moved(state));
      if (isUserAlone(state.agreement.method, 'responder')) {
        const hash = ownHash(context, 'responder', said(state), connection);
        return finish({ ...known, connection, proved }, [hash], context);
      }
      return go<MainModeResponder>({ ...known, name: 'signing', connection, proved }, [
        { type: 'job', job: signJob(context, 'responder', said(state), connection, state.requests) },
      ]);
    },
  });

/** <--  HDR*, IDir, [ CERT, ] SIG_R */
export function onSignature(
  state: InResponder<'signing'>,
  input: Input,
  context: Context,
): Transition<MainModeResponder> {
  const { connection, requests } = state;
  return finish(state, signaturePayloads(requireJob(input, 'sign'), connection, requests), context);
}

/** <--  HDR*, IDir, and what says who we are */
function finish(
  state: Shared & Method & Heard & Proved,
  evidence: readonly OutgoingPayload[],
  context: Context,
): Transition<MainModeResponder> {
  const { connection, keys, nat, peer, initialContact } = state;
  const payloads = [ownIdentification(connection), ...evidence, ...firstContact(connection, state.cookies, context)];
  const common = { connection, agreement: agreementFor(state, connection), keys, nat, peer, initialContact };
  const { proved } = state;
  const outcome: Phase1Outcome =
    'proof' in proved
      ? outcomeOf({ ...common, proof: proved.proof, certificate: proved.certificate })
      : { ...common, peerId: proved.claimed };
  return go<MainModeResponder>({ name: 'established', outcome }, [
    ...moved(state),
    { type: 'send', payloads, encrypted: true, expectsAnswer: false },
  ]);
}

/** Answers go to where the message came from. */
const moved = ({ from }: Pick<Heard, 'from'>): readonly Output[] => [{ type: 'move', ...from }];

const said = <T extends Shared & Method>(state: T): T & Said => ({ ...state, hashed: phase1Hashed(state) });
