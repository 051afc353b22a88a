import { concat } from '../../src/base/bytes.ts';
import { decode } from '../../src/cli/decode.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { FakeTerminal } from '../cli/fake-terminal.ts';
import { COOKIE, handshakeCapture, KNOWN } from '../decode/rub-handshake.ts';
import { readVector } from '../ike/wire/recorded.ts';
import { toHex } from '../../src/base/bytes.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Target } from './target.ts';

const CAPTURES = [
  'isakmp/tcpdump/isakmp-no-none-np.pcapng',
  'isakmp/malformed/isakmp-pointer-loop.pcap',
  'isakmp/malformed/isakmp-3948-oobr-2.pcap',
  'isakmp/malformed/isakmp-various-oobr.pcap',
  'isakmp/zeek-spicy-ipsec/ipsec-ikev1-zero-length.pcap',
];
const KEYS = `${COOKIE}: { gxy: ${toHex(KNOWN.gxy.reveal())}, psk: "${new TextDecoder().decode(KNOWN.psk.reveal())}" }\n`;

/** `sallyport decode`, with keys: an octet whose first bit asks for JSON, then the file. */
export class CaptureTarget implements Target {
  readonly name = 'capture';

  seeds(): readonly Uint8Array[] {
    const files = [handshakeCapture(), ...CAPTURES.map(readVector)];
    return files.flatMap((file) => [0, 1].map((json) => concat(Uint8Array.of(json), file)));
  }
  run(input: Uint8Array): string[] {
    const terminal = new FakeTerminal({}, { capture: input.slice(1), keys: KEYS });
    const json = ((input[0] ?? 0) & 1) === 1;
    const options = { ports: { ike: 500, natt: 4500 }, json, psk: [], keys: 'keys' };
    const status = decode('capture', options, terminal);
    const lines = [...terminal.output, ...terminal.errors].map(shape);
    return lines.map((line) => `${status} ${json} ${line}`);
  }
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
    return concat(input.subarray(0, 1), mutateBytes(input.subarray(1), other.subarray(1), random));
  }
}

/** A line without its values. */
const shape = (line: string): string =>
  line
    .replaceAll(/[0-9a-f]*\d[0-9a-f]*/g, 'N')
    .replaceAll(/(N[^a-z]{0,3})+/g, 'N')
    .slice(0, 40);
