/**
 * `sallyport/core`: the engine without its shell, for programs with an event loop of their own.
 *
 * It does no I/O: datagrams, finished jobs, commands and the time go in, effects come out, to be carried out in their order.
 */
export type { IpAddress, UdpEndpoint } from './base/address.ts';
export { requireIpAddress } from './base/address.ts';
export type { DnMatching } from './base/distinguished-name.ts';
export { IkeError, type ErrorDetails, type Fault, type IkeErrorCode } from './base/errors.ts';
export { parseIdentity, type Identity } from './base/identity.ts';
export { instant, milliseconds, seconds, type Duration, type Instant } from './base/instant.ts';
export type { LocalAddress, OwnAddress } from './base/local-address.ts';
export type { Random } from './base/random.ts';
export { parseSelector, type TrafficSelector } from './base/selector.ts';
export type { CipherName } from './crypto/ciphers.ts';
export type { EspCipherName, EspIntegrityName, EspSuite } from './crypto/esp-transforms.ts';
export type { GroupName } from './crypto/groups.ts';
export type { HashName } from './crypto/hashes.ts';
export { nativeProvider } from './crypto/native.ts';
export { portableProvider } from './crypto/portable.ts';
export type { CryptoProvider } from './crypto/provider.ts';
export type { SignatureMethod, SignatureVerifier } from './crypto/signatures.ts';
export type { Phase1Suite, Phase2Suite } from './crypto/suites.ts';
export type { Evidence, SignOfLife } from './dpd/liveness.ts';
export type { DeathAction, EspCounts, LivenessChoices, LivenessPolicy } from './dpd/policy.ts';
export type { PairTraffic } from './dpd/traffic.ts';
export type { PeerProof } from './ike/auth/proof.ts';
export type { Death, DeathEvidence, Route } from './ike/death.ts';
export type {
  Command,
  Datagram,
  Effect,
  EncodedCertificate,
  EspNotice,
  Job,
  JobId,
  JobResult,
  NegotiatedSa,
  PeerCertificate,
  PeerVerdict,
  PeerPlace,
  PskCandidate,
  UnsafeKeyLog,
} from './ike/effects.ts';
export { IkeEndpoint } from './ike/endpoint.ts';
export {
  DROP_REASONS,
  EVENT_LEVELS,
  type DropReason,
  type EndReason,
  type Failure,
  type IkeEvent,
  type Role,
  type SaReference,
} from './ike/events.ts';
export type { Standing } from './ike/half-open.ts';
export type { Limits } from './ike/limits.ts';
export type {
  CertificatePolicy,
  ConnectionPolicy,
  GivenSettings,
  Lifetime,
  PeerName,
  ModeConfigPolicy,
  Phase1Exchange,
  RemotePolicy,
  RenewalPolicy,
  TunnelPolicy,
  UserPolicy,
} from './ike/negotiate/policy.ts';
export type { NetworkSettings } from './ike/negotiate/network-settings.ts';
export type { EndpointOptions } from './ike/options.ts';
export type { RetransmitSchedule } from './ike/retransmit.ts';
export type {
  ConnectionSnapshot,
  EndpointSnapshot,
  PairSnapshot,
  Phase1Snapshot,
  TunnelSnapshot,
} from './ike/snapshot.ts';
export type { TroubleSnapshot, TroublesSnapshot } from './ike/troubles.ts';
export type { LivenessSnapshot } from './ike/watch.ts';
