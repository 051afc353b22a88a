/** sallyport: an IKEv1 IPsec VPN gateway. Everything that an embedder needs, and nothing else. */
export { Gateway, type GatewayOptions } from './gateway/gateway.ts';
export type { GatewayEvent } from './gateway/events.ts';
export type { GatewayConfig } from './config/config.ts';
export { ConfigError, type ConfigIssue } from './config/config-error.ts';
export { checkConfig, parseConfig } from './config/parse.ts';
export { IkeError, type IkeErrorCode } from './base/errors.ts';
export type { GatewayStatus } from './status/gateway-status.ts';
export type { EspBackend } from './esp/backend.ts';
export type { CryptoProvider } from './crypto/provider.ts';
