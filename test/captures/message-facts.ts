import type { MessageJson } from '../../src/decode/message-json.ts';
import { FLAG } from '../../src/ike/wire/numbers.ts';
import { attributeFact, HEADER, shown } from './dissection.ts';

type PayloadJson = MessageJson['payloads'][number];
/** What is in `value`, as the JSON Schema has it. */
type Value = Readonly<Record<string, unknown>>;
interface Attribute {
  readonly type: number;
  readonly format: string;
  readonly value: string | null;
}
interface Proposal {
  readonly number: number;
  readonly protocolId: number;
  readonly spi: string;
  readonly transforms: readonly {
    readonly number: number;
    readonly transformId: number;
    readonly attributes: readonly Attribute[];
  }[];
}

/** The header of a message of ours in the words of `readDissection`. */
export function headerFact(message: MessageJson): string {
  const values: Record<(typeof HEADER)[number], unknown> = {
    'Initiator SPI': message.initiatorCookie,
    'Responder SPI': message.responderCookie,
    'Next payload': message.nextPayload,
    Version: message.version,
    'Exchange type': message.exchangeType,
    Flags: message.flags.reduce((sum, name) => sum | bitOf(name), 0),
    'Message ID': message.messageId,
    Length: message.length,
  };
  return HEADER.map((label) => `${label} ${String(values[label])}`).join(', ');
}

function bitOf(name: string): number {
  const known = Object.entries(FLAG).find(([flag]) => flag.replaceAll('_', '-') === name);
  return known?.[1] ?? Number(/\d+/.exec(name)?.[0]);
}

/** The rest of it, likewise; nothing of another version of IKE. */
export function bodyFacts({ version, encryption, length, payloads }: MessageJson): readonly (readonly string[])[] {
  if (version?.startsWith('1.') !== true) return [];
  if (encryption.status === 'encrypted') return [[`encrypted ${(length ?? 0) - 28}`]];
  return payloads.map(payloadFacts);
}

/** What a payload that we refused is called: only type and length can be compared. */
export const REFUSED = 'refused';

function payloadFacts({ name, type, length, value, error }: PayloadJson): readonly string[] {
  const head = `payload ${type}, ${length} octets:`;
  if (error !== null) return [`${head} ${REFUSED}`];
  // tshark shows nothing of a type that it does not know.
  if (value === null) return [head];
  const [first = '', ...below] = FACTS[name]?.(value) ?? [
    shown(typeof value['data'] === 'string' ? value['data'] : ''),
  ];
  return [`${head} ${first}`.trimEnd(), ...below];
}

const said = (v: Value, name: string): string => String(v[name]);

/** What is behind the head of a payload, and the lines below it; of the others it is their data. */
const FACTS: Readonly<Partial<Record<PayloadJson['name'], (v: Value) => readonly string[]>>> = {
  sa: (v) => [
    `DOI ${said(v, 'doi')}, situation ${said(v, 'situation')}`,
    ...(v['proposals'] as readonly Proposal[]).flatMap(proposalFacts),
  ],
  identification(v) {
    // tshark shows nothing of a name that is no text.
    const text = said(v, 'text').includes('\uFFFD') ? '' : said(v, 'text').replace(/^@/, '');
    return [`ID ${said(v, 'idType')} ${text} ${said(v, 'protocolId')}/${said(v, 'port')}`];
  },
  certificate: (v) => [`encoding ${said(v, 'encoding')}`],
  notification: (v) => [
    `DOI ${said(v, 'doi')}, protocol ${said(v, 'protocolId')}, notify ${said(v, 'notifyType')}, SPI ${said(v, 'spi')}`,
  ],
  delete(v) {
    const spis = v['spis'] as readonly string[];
    return [`DOI ${said(v, 'doi')}, protocol ${said(v, 'protocolId')}, SPIs ${spis.join(' ')}`];
  },
  configuration: (v) => [
    `type ${said(v, 'cfgType')}, identifier ${said(v, 'identifier')}`,
    ...(v['attributes'] as readonly Attribute[]).map(fact),
  ],
  fragment: (v) => [`id ${said(v, 'fragmentId')}, number ${said(v, 'number')}, last ${v['last'] === true ? 1 : 0}`],
};

const fact = ({ type, format, value }: Attribute): string => attributeFact(type, format, value ?? '[secret]');

function proposalFacts({ number, protocolId, spi, transforms }: Proposal): readonly string[] {
  return [
    `proposal ${number}, protocol ${protocolId}, SPI ${spi} of ${spi.length / 2}`,
    ...transforms.flatMap((transform) => [
      `transform ${transform.number}, id ${transform.transformId}`,
      ...transform.attributes.map(fact),
    ]),
  ];
}
