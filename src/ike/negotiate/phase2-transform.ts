import { ESP_CIPHERS, ESP_INTEGRITY } from '../../crypto/esp-transforms.ts';
import { GROUPS } from '../../crypto/groups.ts';
import type { Phase2Suite } from '../../crypto/suites.ts';
import { type DataAttribute, basicAttribute } from '../wire/attributes.ts';
import { ENCAPSULATION_MODE, PHASE2_ATTRIBUTE } from '../wire/numbers.ts';
import type { Transform } from '../wire/transform.ts';
import { espCipherName, groupName, integrityName } from './algorithm-names.ts';
import { attributeValues } from './attribute-values.ts';
import { PHASE2_LIFE, lifetimeAttributes } from './lifetime.ts';
import { otherAttributes } from './phase1-transform.ts';
import type { Lifetime } from './policy.ts';
import type { Traits } from './traits.ts';

const { GROUP_DESCRIPTION, AUTHENTICATION_ALGORITHM, KEY_LENGTH, EXTENDED_SEQUENCE_NUMBER } = PHASE2_ATTRIBUTE;
/** The classes that a tunnel's policy decides (RFC 2407 §4.5). */
const KNOWN: readonly number[] = [
  GROUP_DESCRIPTION,
  PHASE2_ATTRIBUTE.ENCAPSULATION_MODE,
  AUTHENTICATION_ALGORITHM,
  KEY_LENGTH,
  EXTENDED_SEQUENCE_NUMBER,
];

/** What an Encapsulation Mode value means (RFC 2407 §4.5, RFC 3947 §5.1 and the drafts before it). */
export interface Encapsulation {
  readonly mode: 'tunnel' | 'transport';
  /** `none` is IP protocol 50, `udp` is RFC 3948. */
  readonly encapsulation: 'none' | 'udp';
  readonly text: string;
}

const ENCAPSULATIONS: Readonly<Record<number, Encapsulation>> = {
  [ENCAPSULATION_MODE.TUNNEL]: { mode: 'tunnel', encapsulation: 'none', text: 'tunnel' },
  [ENCAPSULATION_MODE.TRANSPORT]: { mode: 'transport', encapsulation: 'none', text: 'transport' },
  [ENCAPSULATION_MODE.UDP_TUNNEL]: { mode: 'tunnel', encapsulation: 'udp', text: 'tunnel in UDP' },
  [ENCAPSULATION_MODE.UDP_TRANSPORT]: { mode: 'transport', encapsulation: 'udp', text: 'transport in UDP' },
  [ENCAPSULATION_MODE.UDP_TUNNEL_DRAFT]: { mode: 'tunnel', encapsulation: 'udp', text: 'tunnel in UDP (draft)' },
  [ENCAPSULATION_MODE.UDP_TRANSPORT_DRAFT]: {
    mode: 'transport',
    encapsulation: 'udp',
    text: 'transport in UDP (draft)',
  },
};
export const encapsulationOf = (number: number): Encapsulation | undefined => ENCAPSULATIONS[number];
const encapsulationText = (number: number): string => ENCAPSULATIONS[number]?.text ?? String(number);

/** The one value of attribute 11 that means something (RFC 4304 §2); with any other there is no agreement (§3). */
const ESN_64_BITS = 1;
function sequenceNumbersText(value: number | undefined): string {
  if (value === undefined) return 'of 32 bits';
  return value === ESN_64_BITS ? 'of 64 bits' : `by attribute value ${value}`;
}

/**
 * A suite of ours as a transform of an ESP proposal. A cipher that authenticates by itself has no Authentication Algorithm
 * (RFC 4106 §8.5), and its Key Length does not count the salt (RFC 4106 §8.4).
 */
export function phase2Transform(
  number: number,
  suite: Phase2Suite,
  encapsulationMode: number,
  lifetime: Lifetime,
): Transform {
  const cipher = ESP_CIPHERS[suite.cipher];
  const attributes: DataAttribute[] = [
    ...(suite.group === undefined ? [] : [basicAttribute(GROUP_DESCRIPTION, GROUPS[suite.group].ikeId)]),
    basicAttribute(PHASE2_ATTRIBUTE.ENCAPSULATION_MODE, encapsulationMode),
    ...(cipher.keyLengthAttribute ? [basicAttribute(KEY_LENGTH, cipher.keyBytes * 8)] : []),
    ...(suite.integrity === undefined
      ? []
      : [basicAttribute(AUTHENTICATION_ALGORITHM, ESP_INTEGRITY[suite.integrity].attributeValue)]),
    ...(suite.esn === true ? [basicAttribute(EXTENDED_SEQUENCE_NUMBER, ESN_64_BITS)] : []),
    ...lifetimeAttributes(lifetime, PHASE2_LIFE),
  ];
  return { number, transformId: cipher.transformId, attributes };
}

/** What a suite of ours is in words, in one encapsulation. PFS is a group and a KE payload together (RFC 2409 §5.5). */
export function phase2SuiteTraits(suite: Phase2Suite, encapsulationMode: number): Traits {
  return {
    protocol: 'ESP',
    'encryption algorithm': suite.cipher,
    integrity: suite.integrity === undefined ? 'none' : integrityName(ESP_INTEGRITY[suite.integrity].attributeValue),
    'PFS group': suite.group ?? 'none',
    'key exchange': suite.group === undefined ? 'absent' : 'present',
    'encapsulation mode': encapsulationText(encapsulationMode),
    'sequence numbers': sequenceNumbersText(suite.esn === true ? ESN_64_BITS : undefined),
    'other attributes': 'none',
  };
}

/** How to read what a transform leaves out or does not say itself. */
export interface Phase2Reading {
  /** Interop: AES without Key Length is read as 128 bits in an offer (some peers send it so), never in an answer to ours. */
  readonly missingKeyLength: 'as-128' | 'missing';
  /**
   * The Encapsulation Mode that is meant where the transform has none, if any. RFC 2407 §4.5 leaves it to the host; some
   * old peers leave it out for tunnel mode.
   */
  readonly missingEncapsulationMode?: number;
  /** Whether the message has a KE payload. */
  readonly keyExchangePresent: boolean;
}

/** What a transform of an ESP proposal is in words. */
export function phase2Traits(transform: Transform, reading: Phase2Reading): Traits {
  const values = attributeValues(transform.attributes, [PHASE2_LIFE.type, PHASE2_LIFE.duration]);
  const implied =
    reading.missingKeyLength === 'as-128' && transform.transformId === ESP_CIPHERS.aes128.transformId ? 128 : undefined;
  const name = (value: number | undefined, of: (value: number) => string, missing: string): string =>
    value === undefined ? missing : of(value);
  const mode = encapsulationModeOf(transform) ?? reading.missingEncapsulationMode;
  return {
    protocol: 'ESP',
    'encryption algorithm': espCipherName(transform.transformId, values.get(KEY_LENGTH) ?? implied),
    integrity: name(values.get(AUTHENTICATION_ALGORITHM), integrityName, 'none'),
    'PFS group': name(values.get(GROUP_DESCRIPTION), groupName, 'none'),
    'key exchange': reading.keyExchangePresent ? 'present' : 'absent',
    'encapsulation mode': name(mode, encapsulationText, 'missing'),
    'sequence numbers': sequenceNumbersText(values.get(EXTENDED_SEQUENCE_NUMBER)),
    'other attributes': otherAttributes([...values.keys()], KNOWN),
  };
}

/** The Encapsulation Mode attribute, where there is one. */
export function encapsulationModeOf(transform: Transform): number | undefined {
  return attributeValues(transform.attributes, [PHASE2_LIFE.type, PHASE2_LIFE.duration]).get(
    PHASE2_ATTRIBUTE.ENCAPSULATION_MODE,
  );
}
