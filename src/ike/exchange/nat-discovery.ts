import type { UdpEndpoint } from '../../base/address.ts';
import type { HashName } from '../../crypto/hashes.ts';
import { encapsulationMode, encapsulationModes } from '../../natt/dialect.ts';
import { judgeNat, natDHashes, natDPayloads } from '../../natt/nat-d.ts';
import type { NattDialect } from '../../natt/vendor-ids.ts';
import type { ConnectionPolicy, TunnelPolicy } from '../negotiate/policy.ts';
import { payload } from '../wire/payload.ts';
import type { Payloads } from '../wire/payloads.ts';
import type { Context, Cookies, OutgoingPayload, Output } from './exchange.ts';

/** What NAT discovery found out, RFC 3947 §3.2. */
export interface NatSituation {
  /** What both sides speak; undefined where they speak nothing in common, and then there is no encapsulation. */
  readonly dialect: NattDialect | undefined;
  readonly localBehindNat: boolean;
  readonly remoteBehindNat: boolean;
  /** ESP goes in UDP: there is a NAT, or one side pretends one. */
  readonly encapsulate: boolean;
}

type Mode = ConnectionPolicy['natt']['mode'];

const NO_NAT: NatSituation = { dialect: undefined, localBehindNat: false, remoteBehindNat: false, encapsulate: false };

/** NAT-D payloads for our third or fourth message; none where the peer does not speak NAT-T. */
export function natDiscovery(
  context: Context,
  cookies: Cookies,
  hash: HashName,
  dialect: NattDialect | undefined,
  mode: Mode,
): OutgoingPayload[] {
  if (dialect === undefined) return [];
  const { destination, source } = natDHashes(context.crypto, hash, cookies, {
    destination: context.remote,
    source: context.local,
  });
  const forced = mode === 'force' ? context.random.bytes(source.length) : undefined;
  return natDPayloads(destination, [source], forced).map((value) => payload('nat-d', value, dialect.natD));
}

/** Compares the peer's NAT-D payloads with the addresses that its message really had. */
export function discoverNat(
  context: Context,
  cookies: Cookies,
  hash: HashName,
  seen: {
    readonly dialect: NattDialect | undefined;
    readonly payloads: Payloads;
    readonly local: UdpEndpoint;
    readonly remote: UdpEndpoint;
  },
  mode: Mode,
): NatSituation {
  const { dialect, payloads, local, remote } = seen;
  if (dialect === undefined) return NO_NAT;
  const received = payloads.all('nat-d').map(({ value }) => value.data);
  const judgement = judgeNat(
    received,
    natDHashes(context.crypto, hash, cookies, { destination: local, source: remote }),
  );
  if (judgement === undefined) return NO_NAT;
  const { localBehindNat, remoteBehindNat } = judgement;
  return {
    dialect,
    localBehindNat,
    remoteBehindNat,
    encapsulate: localBehindNat || remoteBehindNat || mode === 'force',
  };
}

/** The initiator speaks from the NAT-T port from the fifth message on, RFC 3947 §4. */
export function toNattPort(nat: NatSituation, context: Context): Output[] {
  const { local, remote, nattPorts } = context;
  if (!nat.encapsulate || local.port === nattPorts.local) return [];
  return [{ type: 'move', local: { ...local, port: nattPorts.local }, remote: { ...remote, port: nattPorts.remote } }];
}

/** The Encapsulation Mode that we offer in Quick Mode. */
export function offeredEncapsulation(nat: NatSituation, mode: TunnelPolicy['mode']): number {
  return encapsulationMode(mode, nat.encapsulate ? nat.dialect : undefined);
}

/** The Encapsulation Modes that we take in Quick Mode: in UDP exactly where NAT discovery said so (RFC 3947 §5.1). */
export function acceptedEncapsulations(nat: NatSituation, mode: TunnelPolicy['mode']): readonly number[] {
  return encapsulationModes(mode, nat.encapsulate ? nat.dialect : undefined);
}
