import { type CertificatePayload, readCertificate, writeCertificate } from './certificate.ts';
import {
  type CertificateRequestPayload,
  readCertificateRequest,
  writeCertificateRequest,
} from './certificate-request.ts';
import { type ConfigurationPayload, readConfiguration, writeConfiguration } from './configuration.ts';
import { type DeletePayload, readDelete, writeDelete } from './delete.ts';
import { type FragmentPayload, readFragment, writeFragment } from './fragment.ts';
import { type HashPayload, readHash, writeHash } from './hash.ts';
import { type IdentificationPayload, readIdentification, writeIdentification } from './identification.ts';
import { type KeyExchangePayload, readKeyExchange, writeKeyExchange } from './key-exchange.ts';
import { type NatDPayload, readNatD, writeNatD } from './nat-d.ts';
import { type NatOaPayload, readNatOa, writeNatOa } from './nat-oa.ts';
import { type NoncePayload, readNonce, writeNonce } from './nonce.ts';
import { type NotificationPayload, readNotification, writeNotification } from './notification.ts';
import { PAYLOAD } from './numbers.ts';
import { readSa, type SaPayload, writeSa } from './sa.ts';
import { readSignature, type SignaturePayload, writeSignature } from './signature.ts';
import { readVendorId, type VendorIdPayload, writeVendorId } from './vendor-id.ts';

/** What each payload says once it is read. */
export interface PayloadValues {
  readonly sa: SaPayload;
  readonly 'key-exchange': KeyExchangePayload;
  readonly identification: IdentificationPayload;
  readonly certificate: CertificatePayload;
  readonly 'certificate-request': CertificateRequestPayload;
  readonly hash: HashPayload;
  readonly signature: SignaturePayload;
  readonly nonce: NoncePayload;
  readonly notification: NotificationPayload;
  readonly delete: DeletePayload;
  readonly 'vendor-id': VendorIdPayload;
  readonly configuration: ConfigurationPayload;
  readonly 'nat-d': NatDPayload;
  readonly 'nat-oa': NatOaPayload;
  readonly fragment: FragmentPayload;
}

export type PayloadName = keyof PayloadValues;

export interface PayloadCodec<V> {
  /** Every number that means this payload; the first is the one that we write unless told. */
  readonly types: readonly [number, ...number[]];
  /** Body without the generic header to value; throws IkeError. */
  readonly read: (body: Uint8Array) => V;
  readonly write: (value: V) => Uint8Array;
}

/** All payloads that stand in a chain of their own right. Adding one is a file and a row. Proposal and Transform live inside an SA. */
export const PAYLOADS: { readonly [N in PayloadName]: PayloadCodec<PayloadValues[N]> } = {
  sa: { types: [PAYLOAD.SA], read: readSa, write: writeSa },
  'key-exchange': { types: [PAYLOAD.KE], read: readKeyExchange, write: writeKeyExchange },
  identification: { types: [PAYLOAD.ID], read: readIdentification, write: writeIdentification },
  certificate: { types: [PAYLOAD.CERT], read: readCertificate, write: writeCertificate },
  'certificate-request': { types: [PAYLOAD.CERTREQ], read: readCertificateRequest, write: writeCertificateRequest },
  hash: { types: [PAYLOAD.HASH], read: readHash, write: writeHash },
  signature: { types: [PAYLOAD.SIG], read: readSignature, write: writeSignature },
  nonce: { types: [PAYLOAD.NONCE], read: readNonce, write: writeNonce },
  notification: { types: [PAYLOAD.NOTIFICATION], read: readNotification, write: writeNotification },
  delete: { types: [PAYLOAD.DELETE], read: readDelete, write: writeDelete },
  'vendor-id': { types: [PAYLOAD.VENDOR_ID], read: readVendorId, write: writeVendorId },
  configuration: { types: [PAYLOAD.CONFIGURATION], read: readConfiguration, write: writeConfiguration },
  'nat-d': { types: [PAYLOAD.NAT_D, PAYLOAD.NAT_D_DRAFT], read: readNatD, write: writeNatD },
  'nat-oa': { types: [PAYLOAD.NAT_OA, PAYLOAD.NAT_OA_DRAFT], read: readNatOa, write: writeNatOa },
  fragment: { types: [PAYLOAD.FRAGMENT], read: readFragment, write: writeFragment },
};

const NAMES: ReadonlyMap<number, PayloadName> = new Map(
  (Object.keys(PAYLOADS) as PayloadName[]).flatMap((name) => PAYLOADS[name].types.map((type) => [type, name] as const)),
);

/** The name under which a payload number is registered; undefined for a number that we do not know. */
export const registeredName = (type: number): PayloadName | undefined => NAMES.get(type);
