import { endpointText } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import { type CapturedDatagram, type CapturedPackets, capturedPackets } from '../capture/udp.ts';
import { nativeProvider } from '../crypto/native.ts';
import { type DecodedMessage, Decoder } from '../decode/decoder.ts';
import { messageJson } from '../decode/message-json.ts';
import { messageLines } from '../decode/message-lines.ts';
import { type Ports, sortOut } from './decode/arrivals.ts';
import { type KeyOptions, knownKeys } from './decode/secrets.ts';
import { captureTime } from './decode/time.ts';
import { counted, packetHead, Traffic } from './decode/traffic.ts';
import { EXIT, type ExitStatus, type Terminal } from './terminal.ts';

export interface DecodeOptions extends KeyOptions {
  /** UDP ports to look at; the last one is where ESP and IKE share a port (RFC 3948 §2.2). */
  readonly ports: Ports;
  /** One object a line for each message, and nothing else. */
  readonly json: boolean;
}

/** `sallyport decode FILE`: the messages of a capture (pcap or pcapng, gzipped or not), decrypted where their keys are known. */
export function decode(file: string, options: DecodeOptions, terminal: Terminal): ExitStatus {
  const keys = knownKeys(options, terminal);
  const found = keys === undefined ? undefined : readPackets(file, terminal);
  if (keys === undefined || found === undefined) return EXIT.usage;
  const decoder = new Decoder(nativeProvider, keys);
  const show = options.json ? new JsonLines(terminal) : new TextBlocks(terminal);
  for (const packet of found.packets) {
    const sorted = sortOut(packet, options.ports);
    if (sorted === undefined) continue;
    if (sorted.kind !== 'message') show.other(sorted);
    else {
      const { datagram, message } = sorted;
      const decoded = decoder.decode(message, datagram.frame, endpointText(datagram.source));
      show.message(datagram, decoded);
      if (decoded.whole !== undefined) show.message(datagram, decoded.whole);
    }
  }
  const seen = show.end();
  tellWhatWasNotRead(file, found, terminal);
  if (seen === 0) {
    const { ike, natt } = options.ports;
    terminal.err(`${file}: nothing from or to UDP port ${ike} or ${natt}`);
  }
  return EXIT.done;
}

function readPackets(file: string, terminal: Terminal): CapturedPackets | undefined {
  let bytes: Uint8Array;
  try {
    bytes = terminal.readFile(file);
  } catch (error) {
    terminal.err(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  try {
    return capturedPackets(bytes);
  } catch (error) {
    if (!IkeError.is(error)) throw error;
    terminal.err(`${file}: ${error.message}`);
    if (error.advice !== undefined) terminal.err(`    ${error.advice}`);
    return undefined;
  }
}

function tellWhatWasNotRead(
  file: string,
  { unknownLinkTypes, refusedFragments }: CapturedPackets,
  terminal: Terminal,
): void {
  for (const [type, count] of unknownLinkTypes)
    terminal.err(`${file}: ${counted(count, 'frame')} of link type ${type} passed over, which is not read here`);
  if (refusedFragments > 0)
    terminal.err(
      `${file}: ${counted(refusedFragments, 'packet')} passed over, whose IP fragments overlap or do not fit`,
    );
}

class TextBlocks {
  readonly #terminal: Terminal;
  readonly #traffic = new Traffic();
  readonly #counts = { clear: 0, decrypted: 0, encrypted: 0 };

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }
  other(packet: Parameters<Traffic['add']>[0]): void {
    this.#traffic.add(packet);
  }
  message(datagram: CapturedDatagram, decoded: DecodedMessage): void {
    this.#flush();
    this.#counts[decoded.protection]++;
    const [first = '', ...rest] = messageLines(decoded);
    this.#terminal.out(`${packetHead(datagram)} ${first}`);
    for (const line of rest) this.#terminal.out(line);
    if (!datagram.complete) this.#terminal.out('  the capture or a missing fragment cut its end off');
  }
  /** How much was shown. */
  end(): number {
    this.#flush();
    const { clear, decrypted, encrypted } = this.#counts;
    const messages = clear + decrypted + encrypted;
    const parts = [
      `${counted(messages, 'message')}: ${clear} in clear, ${decrypted} decrypted, ${encrypted} encrypted`,
    ];
    const others = this.#traffic.summary();
    if (messages + others.length > 0) this.#terminal.out([...parts, ...others].join('; '));
    return messages + others.length;
  }
  #flush(): void {
    for (const line of this.#traffic.lines()) this.#terminal.out(line);
  }
}

class JsonLines {
  readonly #terminal: Terminal;
  #seen = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }
  other(): void {
    this.#seen++;
  }
  message(datagram: CapturedDatagram, decoded: DecodedMessage): void {
    this.#seen++;
    this.#terminal.out(JSON.stringify(messageJson(datagram, captureTime(datagram.time), decoded)));
  }
  end(): number {
    return this.#seen;
  }
}
