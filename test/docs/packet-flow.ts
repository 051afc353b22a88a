import { parseSync } from 'oxc-parser';
import { readInProject } from '../project.ts';

/** A function on a packet's way: where it is, and what happens there. A method is `Class.method`. */
interface Stop {
  readonly file: string;
  readonly name: string;
  readonly text: string;
}

const stop = (file: string, name: string, text: string): Stop => ({ file, name, text });

/** The fifth message of Main Mode, as it comes to a responder. */
const IKE: readonly Stop[] = [
  stop(
    'src/gateway/udp.ts',
    'UdpSockets.open',
    'a socket for each local address and port shows each datagram with both its ends',
  ),
  stop(
    'src/natt/demultiplex.ts',
    'classifyOnNattPort',
    'IKE, ESP or a keepalive? IKE goes to the driver, which adds the time',
  ),
  stop('src/ike/inbound.ts', 'receiveDatagram', 'which SA, by the cookies? which exchange, by the message id?'),
  stop(
    'src/ike/conversation.ts',
    'Conversation.receive',
    'a duplicate is answered as before; while a job is under way, messages wait',
  ),
  stop(
    'src/ike/open-message.ts',
    'openEncrypted',
    'decrypt, decode, and check that this message may have these payloads',
  ),
  stop(
    'src/ike/exchange/run.ts',
    'run',
    'the one place that catches, and that holds every step to the graph of states',
  ),
  stop(
    'src/ike/exchange/main-mode-responder.ts',
    'step',
    'what follows from this state and this message: a new state, and effects',
  ),
  stop(
    'src/gateway/driver.ts',
    'Driver.#carryOut',
    'effects become acts, in their order: send, start a job, install an SA, tell',
  ),
];

/** A packet of a tunnel that is up, as it comes in. */
const ESP: readonly Stop[] = [
  stop('src/natt/demultiplex.ts', 'classifyOnNattPort', 'four octets that are not zero: ESP, handed to the back end'),
  stop(
    'src/esp/userspace/engine.ts',
    'EspEngine.inbound',
    'the SPI finds the SA; what comes out of it must lie within its selectors',
  ),
  stop('src/esp/userspace/sa-state.ts', 'InboundSa.open', 'seen before? authentic? then decrypt, in place'),
  stop('src/esp/userspace/replay-window.ts', 'ReplayWindow.take', 'only an authentic packet moves the window'),
];

export const packetFlow = (): string => `The fifth message of Main Mode, from the wire to what follows from it:

${stops(IKE)}

And an ESP packet, from the wire to the network behind the gateway:

${stops(ESP)}`;

function stops(list: readonly Stop[]): string {
  return list
    .map(
      ({ file, name, text }, i) =>
        `${i + 1}. [\`${name}\`](${file}) (${functionLines(readInProject(file), name)} lines): ${text}`,
    )
    .join('\n');
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string; readonly start: number; readonly end: number };

/** How many lines a function or method has. Throws where there is none of the name: a document that leads nowhere. */
export function functionLines(text: string, name: string): number {
  const [first = '', method] = name.split('.');
  const { program } = parseSync('x.ts', text);
  const statements = program.body.map((statement) =>
    'declaration' in statement ? (statement.declaration ?? statement) : statement,
  );
  const named = statements.find((node) => nameOf(node as unknown as Node, 'id') === first) as unknown as
    | Node
    | undefined;
  const members = ((named?.['body'] as Node | undefined)?.['body'] ?? []) as Node[];
  const found = method === undefined ? named : members.find((node) => nameOf(node, 'key') === method);
  if (found === undefined) throw new Error(`no function ${name}`);
  return text.slice(found.start, found.end).split('\n').length;
}

function nameOf(node: Node, field: 'id' | 'key'): string | undefined {
  const named = node[field] as { readonly type: string; readonly name: string } | undefined | null;
  if (named === undefined || named === null) return undefined;
  return named.type === 'PrivateIdentifier' ? `#${named.name}` : named.name;
}
