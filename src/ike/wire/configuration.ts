import { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { type DataAttribute, readAttributes, writeAttributes } from './attributes.ts';

/**
 * Attribute payload body, draft-dukes-ike-mode-cfg-02 §3.2.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     !     Type      !   RESERVED    !           Identifier          !
 *     ~                           Attributes                          ~
 */
export interface ConfigurationPayload {
  /** See `CONFIGURATION_TYPE`. */
  readonly cfgType: number;
  /** Ties the messages of one configuration exchange together. */
  readonly identifier: number;
  readonly attributes: readonly DataAttribute[];
}

export function readConfiguration(body: Uint8Array): ConfigurationPayload {
  const r = new ByteReader(body);
  const cfgType = r.u8('Type');
  r.u8('RESERVED');
  const identifier = r.u16('Identifier');
  return { cfgType, identifier, attributes: readAttributes(r.rest()) };
}

export const writeConfiguration = ({ cfgType, identifier, attributes }: ConfigurationPayload): Uint8Array =>
  new ByteWriter().u8(cfgType).u8(0).u16(identifier).bytes(writeAttributes(attributes)).finish();
