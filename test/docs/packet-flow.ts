import { readInProject } from '../project.ts';
import { functionLines } from './functions.ts';

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
