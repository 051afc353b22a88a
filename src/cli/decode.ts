import { endpointText } from '../base/address.ts';
import { ByteReader } from '../base/bytes.ts';
import { IkeError } from '../base/errors.ts';
import { readMessage } from '../ike/wire/message.ts';
import { printMessage } from '../ike/wire/print.ts';
import { type Arrival, classifyOnIkePort, classifyOnNattPort } from '../natt/demultiplex.ts';
import { type CapturedDatagram, captured } from '../capture/udp.ts';
import { reportingErrors } from './report-error.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

export interface DecodeOptions {
  /** UDP ports to look at; the last one is where ESP and IKE share a port (RFC 3948 §2.2). */
  readonly ports: { readonly ike: number; readonly natt: number };
}

/** `sallyport decode FILE`: the messages of a capture (pcap or pcapng, gzipped or not), a block of lines each. */
export async function decode(file: string, { ports }: DecodeOptions, terminal: Terminal): Promise<ExitStatus> {
  let bytes: Uint8Array;
  try {
    bytes = terminal.readFile(file);
  } catch (error) {
    terminal.err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return EXIT.usage;
  }
  return reportingErrors(terminal, async () => {
    const datagrams = captured(bytes, [ports.ike, ports.natt]);
    for (const datagram of datagrams) for (const line of datagramLines(datagram, ports.natt)) terminal.out(line);
    if (datagrams.length === 0) terminal.err(`${file}: nothing from or to UDP port ${ports.ike} or ${ports.natt}`);
  });
}

/** What one datagram is; never throws, whatever is in it. */
export function datagramLines(datagram: CapturedDatagram, nattPort: number): string[] {
  const { frame, time, source, destination, payload, complete } = datagram;
  const onNattPort = source.port === nattPort || destination.port === nattPort;
  const arrival = onNattPort ? classifyOnNattPort(payload) : classifyOnIkePort(payload);
  const head = `#${frame} ${new Date(time).toISOString()} ${endpointText(source)} -> ${endpointText(destination)}`;
  const [first = '', ...rest] = arrivalLines(arrival, payload.length);
  return [`${head} ${first}`, ...rest, ...(complete ? [] : ['  the capture or a fragment cut its end off'])];
}

function arrivalLines(arrival: Arrival, length: number): readonly string[] {
  switch (arrival.kind) {
    case 'ike':
      return messageLines(arrival.message);
    case 'esp': {
      const reader = new ByteReader(arrival.packet);
      const spi = reader.u32('SPI').toString(16).padStart(8, '0');
      return [`ESP SPI ${spi} sequence ${reader.u32('Sequence Number')} ${length} octets`];
    }
    case 'keepalive':
      return ['NAT keepalive'];
    case 'garbage':
      return [`neither IKE nor ESP, ${length} octets`];
  }
}

function messageLines(bytes: Uint8Array): readonly string[] {
  try {
    return printMessage(readMessage(bytes));
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    return [`no IKEv1 message: ${error.message}`];
  }
}
