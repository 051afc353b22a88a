/**
 * sallyport: an IKEv1 IPsec VPN gateway. Everything that an embedder needs, and nothing else.
 *
 * Types that the engine's events and suites are made of have their names in `sallyport/core`.
 */
export { Gateway } from './gateway/gateway.ts';
export type { GatewayOptions } from './gateway/options.ts';
export type { Resolve } from './gateway/peer-places.ts';
export type { PingResult } from './gateway/ping.ts';
export type { ReloadSummary } from './gateway/reload.ts';
export type { UserCheck, UserQuestion, UserVerdict } from './gateway/users.ts';
export type { GatewayEvent, OwnEvent } from './gateway/events.ts';
export type {
  ConnectionConfig,
  GatewayConfig,
  PskConfig,
  CertificateConfig,
  TunnelConfig,
  UserConfig,
} from './config/config.ts';
export type { FileConfig } from './config/secrets.ts';
export type { OwnInterface } from './base/local-address.ts';
export type { NamedHost, RemoteAddress } from './base/remote-address.ts';
export type { AddressRange } from './base/selector.ts';
export type { DpdConfig } from './config/dead-peers.ts';
export type { ProfileName } from './dpd/profiles.ts';
export { ConfigError, type ConfigCode, type ConfigIssue, type ConfigPath } from './config/config-error.ts';
export { checkConfig, parseConfig, type CheckedConfig } from './config/parse.ts';
export type { SecretSources } from './config/secrets.ts';
export { IkeError, type ErrorDetails, type IkeErrorCode } from './base/errors.ts';
export { Secret } from './base/secret.ts';
export type { ConnectionStatus, GatewayStatus, TunnelStatus } from './status/gateway-status.ts';
export type { EspBackend, EspDropReason, EspEvent, EspHost, GuardedTraffic } from './esp/backend.ts';
export type { EspCounters, EspKeys, EspSa, KernelHandling, SaEnds, Spi } from './esp/sa.ts';
export type { CryptoProvider } from './crypto/provider.ts';
