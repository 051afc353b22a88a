import { IkeError } from '../base/errors.ts';
import { x509 } from './library.ts';
import { type WallTime, wallTime } from './wall-time.ts';

/** A certificate revocation list, RFC 5280 §5, read and not believed yet. */
export interface RevocationList {
  readonly der: Uint8Array;
  /** DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly thisUpdate: WallTime;
  /** Undefined where the issuer does not say when the next one comes. */
  readonly nextUpdate: WallTime | undefined;
}

/** @throws IkeError INVALID_CERTIFICATE where it is none */
export function parseRevocationList(der: Uint8Array): RevocationList {
  const library = x509();
  try {
    const list = new library.X509Crl(der);
    return {
      der: new Uint8Array(list.rawData),
      issuer: new Uint8Array(list.issuerName.toArrayBuffer()),
      thisUpdate: wallTime(list.thisUpdate),
      nextUpdate: list.nextUpdate === undefined ? undefined : wallTime(list.nextUpdate),
    };
  } catch (cause) {
    throw new IkeError('INVALID_CERTIFICATE', { check: 'unreadable', what: 'revocation list' }, { cause });
  }
}
