/**
 * `sallyport/wire`: ISAKMP messages to values, to text, and back. For tools; no engine, no cryptography.
 *
 * Everything here throws only `IkeError`, whatever the bytes are.
 */
export { IkeError, type ErrorDetails, type Fault, type IkeErrorCode } from './base/errors.ts';
export type { DataAttribute } from './ike/wire/attributes.ts';
export type { CertificateRequestPayload } from './ike/wire/certificate-request.ts';
export type { CertificatePayload } from './ike/wire/certificate.ts';
export type { ConfigurationPayload } from './ike/wire/configuration.ts';
export type { DeletePayload } from './ike/wire/delete.ts';
export type { FragmentPayload } from './ike/wire/fragment.ts';
export type { HashPayload } from './ike/wire/hash.ts';
export { readHeader, type IsakmpHeader } from './ike/wire/header.ts';
export type { IdentificationPayload } from './ike/wire/identification.ts';
export type { KeyExchangePayload } from './ike/wire/key-exchange.ts';
export {
  frameMessage,
  readMessage,
  viewPayloads,
  writeChain,
  writeMessage,
  type FramedFields,
  type HeaderFields,
  type IsakmpMessage,
  type PayloadChain,
  type PayloadView,
} from './ike/wire/message.ts';
export type { NatDPayload } from './ike/wire/nat-d.ts';
export type { NatOaPayload } from './ike/wire/nat-oa.ts';
export type { NoncePayload } from './ike/wire/nonce.ts';
export type { NotificationPayload } from './ike/wire/notification.ts';
export {
  EXCHANGE,
  exchangeName,
  FLAG,
  NOTIFY,
  notifyName,
  PAYLOAD,
  payloadName,
  PROTOCOL,
} from './ike/wire/numbers.ts';
export { payload, readPayload, type AnyPayload, type Payload, type UnknownPayload } from './ike/wire/payload.ts';
export { Payloads } from './ike/wire/payloads.ts';
export { printMessage, printPayloads } from './ike/wire/print.ts';
export type { Proposal } from './ike/wire/proposal.ts';
export type { PayloadName, PayloadValues } from './ike/wire/registry.ts';
export { decodePayloads, type MessageName } from './ike/wire/rules.ts';
export type { SaPayload } from './ike/wire/sa.ts';
export type { SignaturePayload } from './ike/wire/signature.ts';
export type { Transform } from './ike/wire/transform.ts';
export type { VendorIdPayload } from './ike/wire/vendor-id.ts';
