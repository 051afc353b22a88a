/** One line of a dissection and the lines that are indented below it. */
interface Node {
  readonly text: string;
  readonly children: Node[];
}

/** What tshark says about the ISAKMP layer of one frame. */
export interface DissectedMessage {
  readonly frame: number;
  readonly header: string;
  /** The facts of each payload in its order, or the one that the body is encrypted; none of another version of IKE. */
  readonly body: readonly (readonly string[])[];
  /** tshark gave up: `body` ends before the payload at which it did, of which what it says may be wrong. */
  readonly gaveUp: boolean;
}

const LAYER = 'Internet Security Association and Key Management Protocol';

/** Reads what `tshark -O isakmp` printed for a capture. A message that came in fragments follows the fragment that made it whole. */
export function readDissection(text: string): readonly DissectedMessage[] {
  return text.split(/^(?=Frame \d+:)/m).flatMap((part) => {
    const at = part.indexOf(`${LAYER}\n`);
    if (at < 0) return [];
    const frame = Number(/^Frame (\d+):/.exec(part)?.[1]);
    const layer = part.slice(at + LAYER.length + 1);
    const nodes = tree(layer.split('\n').filter((line) => line.startsWith(' ')));
    const whole = nodes.flatMap(({ children }) => children.filter((child) => child.text === LAYER));
    const gaveUp = /^\[|bogus/m.test(layer);
    return [nodes, ...whole.map(({ children }) => children)].map((each) => messageOf(frame, each, gaveUp));
  });
}

function messageOf(frame: number, nodes: readonly Node[], gaveUp: boolean): DissectedMessage {
  const header = nodes.filter(({ text: line }) => HEADER.some((label) => line.startsWith(`${label}:`)));
  const major = number(field(header, 'Version')?.split('.')[0]);
  const sealed = nodes.find(({ text: line }) => line.startsWith('Encrypted Data'));
  const payloads = payloadsIn(sealed?.children ?? nodes);
  const bogus = payloads.findIndex(({ children }) => children.some((child) => child.text.includes('bogus')));
  const good = gaveUp ? payloads.slice(0, bogus < 0 ? -1 : bogus) : payloads;
  const isSealed = sealed !== undefined && payloads.length === 0;
  const facts = isSealed ? [[`encrypted ${/\d+/.exec(sealed.text)?.[0] ?? ''}`]] : good.map(payloadFacts);
  return {
    frame,
    header: HEADER.map((label) => `${label} ${headerValue(label, field(header, label))}`).join(', '),
    body: major === 1 ? facts : [],
    gaveUp,
  };
}

/** Labels of the header, in the order in which the facts have them. */
export const HEADER = [
  ...['Initiator SPI', 'Responder SPI', 'Next payload', 'Version'],
  ...['Exchange type', 'Flags', 'Message ID', 'Length'],
] as const;

function headerValue(label: (typeof HEADER)[number], value: string | undefined): string {
  if (value === undefined || value.startsWith('(bogus')) return '?';
  if (label === 'Message ID') return value.replace(/^0x/, '');
  return ['Next payload', 'Exchange type', 'Flags', 'Length'].includes(label) ? String(number(value)) : value;
}

function tree(lines: readonly string[]): Node[] {
  const root: Node = { text: '', children: [] };
  const open: { readonly depth: number; readonly node: Node }[] = [{ depth: -1, node: root }];
  for (const line of lines) {
    const depth = line.search(/\S/);
    while ((open.at(-1)?.depth ?? -1) >= depth) open.pop();
    const node: Node = { text: line.trim(), children: [] };
    open.at(-1)?.node.children.push(node);
    open.push({ depth, node });
  }
  return root.children;
}

/** The last number in brackets, else the number that stands there: `Vendor ID (13)`, `0x2e`, `192`. */
function number(text: string | undefined): number {
  const found = /\((\d+)\)[^()]*$/.exec(text ?? '')?.[1] ?? /^(?:0x[0-9a-f]+|\d+)/.exec(text ?? '')?.[0];
  return found === undefined ? 0 : Number(found);
}

function field(nodes: readonly Node[], label: string): string | undefined {
  return nodes
    .find(({ text }) => text.startsWith(`${label}:`))
    ?.text.slice(label.length + 1)
    .trim();
}

const payloadsIn = (nodes: readonly Node[]): readonly Node[] =>
  nodes.filter(({ text }) => text.startsWith('Payload: '));

/** A payload's type, from `Payload: NAT-D (RFC 3947) (20) : …`. */
const payloadType = (node: Node): number => number(node.text.replace(/\) :.*$/, ')').replace(/\) #.*$/, ')'));

/** Octets that the dissection shows in full; of longer ones it shows these and an ellipsis. */
const SHOWN = 36;
export const shown = (hex: string): string => hex.replace('…', '').slice(0, 2 * SHOWN);

function payloadFacts(node: Node): readonly string[] {
  const { children } = node;
  const value = (label: string): number => number(field(children, label));
  const hex = (label: string): string => shown(field(children, label) ?? '');
  const type = payloadType(node);
  const head = `payload ${type}, ${value('Payload length')} octets`;
  switch (type) {
    case 1:
      return [
        `${head}: DOI ${value('Domain of interpretation')}, situation ${Number.parseInt(field(children, 'Situation') ?? '', 16)}`,
        ...payloadsIn(children).flatMap(proposalFacts),
      ];
    case 5: {
      const [protocol, port] = [value('Protocol ID'), value('Port')];
      return [`${head}: ID ${value('ID type')} ${field(children, 'Identification Data') ?? ''} ${protocol}/${port}`];
    }
    case 11: {
      const [doi, protocol] = [value('Domain of interpretation'), value('Protocol ID')];
      return [
        `${head}: DOI ${doi}, protocol ${protocol}, notify ${value('Notify Message Type')}, SPI ${hex('SPI')}`.trimEnd(),
      ];
    }
    case 12: {
      const spis = children.flatMap(({ text }) => /^Delete SPI: (.*)$/.exec(text)?.[1] ?? []);
      return [
        `${head}: DOI ${value('Domain of interpretation')}, protocol ${value('Protocol ID')}, SPIs ${spis.join(' ')}`,
      ];
    }
    case 6:
      return [`${head}: encoding ${value('Certificate Encoding')}`];
    case 132:
      return [`${head}: id ${value('Frag ID')}, number ${value('Frag seq')}, last ${value('Frag last')}`];
    case 14:
      return [`${head}: type ${value('Type')}, identifier ${value('Identifier')}`, ...attributeFacts(children)];
    default:
      return [`${head}: ${DATA.map(hex).find((data) => data !== '') ?? ''}`.trimEnd()];
  }
}

/** What the dissection calls the contents of payloads that have but one field. */
const DATA = ['Key Exchange Data', 'Nonce DATA', 'Hash DATA', 'Vendor ID', 'HASH of the address and port'];

function proposalFacts({ children }: Node): readonly string[] {
  const value = (label: string): number => number(field(children, label));
  const [length, spi] = [value('SPI Size'), field(children, 'SPI') ?? ''];
  return [
    `proposal ${value('Proposal number')}, protocol ${value('Protocol ID')}, SPI ${spi} of ${length}`,
    ...payloadsIn(children).flatMap((transform) => [
      `transform ${number(field(transform.children, 'Transform number'))}, id ${number(field(transform.children, 'Transform ID'))}`,
      ...attributeFacts(transform.children),
    ]),
  ];
}

function attributeFacts(nodes: readonly Node[]): readonly string[] {
  return nodes
    .filter(({ text }) => / Attribute \(t=/.test(text))
    .map(({ text, children }) => {
      const type = Number(/\(t=(\d+),/.exec(text)?.[1]);
      const form = children.some(({ text: line }) => line.includes('Format: Type/Value')) ? 'tv' : 'tlv';
      return attributeFact(type, form, field(children, 'Value') ?? '');
    });
}

/** Passwords, codes and answers of XAUTH: not compared, because we do not show them. */
const SECRET: readonly number[] = [16_522, 16_523, 16_528, 16_529];

export const attributeFact = (type: number, form: string, hex: string): string =>
  `attribute ${type} ${form} ${SECRET.includes(type) && hex !== '' ? '[secret]' : shown(hex)}`.trimEnd();
