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

function payloadFacts({ type, length, value, error }: PayloadJson): readonly string[] {
  const head = `payload ${type}, ${length} octets`;
  if (error !== null) return [`${head}: ${REFUSED}`];
  // tshark shows nothing of a type that it does not know.
  if (value === null) return [`${head}:`];
  const v: Value = value;
  switch (type) {
    case 1:
      return [
        `${head}: DOI ${String(v['doi'])}, situation ${String(v['situation'])}`,
        ...(v['proposals'] as readonly Proposal[]).flatMap(proposalFacts),
      ];
    case 5: {
      // tshark shows nothing of a name that is no text.
      const text = String(v['text']).includes('\uFFFD') ? '' : String(v['text']).replace(/^@/, '');
      return [`${head}: ID ${String(v['idType'])} ${text} ${String(v['protocolId'])}/${String(v['port'])}`];
    }
    case 6:
      return [`${head}: encoding ${String(v['encoding'])}`];
    case 12: {
      const spis = v['spis'] as readonly string[];
      return [`${head}: DOI ${String(v['doi'])}, protocol ${String(v['protocolId'])}, SPIs ${spis.join(' ')}`];
    }
    case 11:
      return [
        `${head}: DOI ${String(v['doi'])}, protocol ${String(v['protocolId'])}, notify ${String(v['notifyType'])}, SPI ${String(v['spi'])}`,
      ];
    case 132:
      return [
        `${head}: id ${String(v['fragmentId'])}, number ${String(v['number'])}, last ${v['last'] === true ? 1 : 0}`,
      ];
    case 14:
      return [
        `${head}: type ${String(v['cfgType'])}, identifier ${String(v['identifier'])}`,
        ...(v['attributes'] as readonly Attribute[]).map(fact),
      ];
    default:
      return [`${head}: ${shown(typeof v['data'] === 'string' ? v['data'] : '')}`.trimEnd()];
  }
}

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
