import { espSuiteText } from '../../src/crypto/esp-transforms.ts';
import { suiteShape } from '../../src/esp/userspace/transform.ts';
import { evpTransforms } from '../../src/esp/userspace/evp-transforms.ts';
import { nodeTransforms } from '../../src/esp/userspace/node-transforms.ts';
import { ESP_TRAILER_BYTES } from '../../src/esp/userspace/packet.ts';
import { bareEvp } from '../esp/bare-evp.ts';
import { type Bare, bareNode, type MeasuredSuite } from '../esp/bare.ts';
import { BATCH, enginePair, type EnginePair } from '../esp/engines.ts';
import { type BenchPart, type BenchRow, ratioOf, spreadOf } from '../part.ts';
import { figure } from '../table.ts';

const SUITES: readonly MeasuredSuite[] = [
  { cipher: 'aes128gcm16' },
  { cipher: 'aes256', integrity: 'sha256' },
  { cipher: '3des', integrity: 'sha1' },
];
/** IP packets: the smallest that are common, and the largest that fit into a tunnel of the usual MTU. */
const SIZES = [64, 1400] as const;
const IMPLEMENTATIONS = [
  { name: 'EVP', transforms: evpTransforms, bare: bareEvp },
  { name: 'node:crypto', transforms: () => nodeTransforms, bare: bareNode },
] as const;

/** Packets a second that one thread seals and opens, beside the cryptography alone. */
export const esp: BenchPart = {
  name: 'esp',
  async run({ quick, progress }) {
    const size = quick ? { rounds: 2, batches: 4 } : { rounds: 7, batches: 40 };
    const rows: BenchRow[] = [];
    for (const suite of SUITES) {
      for (const { name, transforms, bare } of IMPLEMENTATIONS) {
        progress(`${espSuiteText(suite)} by ${name}`);
        for (const bytes of SIZES) {
          const what = `${espSuiteText(suite)}, ${bytes} octets, ${name}`;
          const samples = measure(enginePair(suite, bytes, transforms()), bare(suite, encrypted(suite, bytes)), size);
          rows.push(
            rowOf(`${what}: seal`, samples.seal, samples.bareSeal),
            rowOf(`${what}: open`, samples.open, samples.bareOpen),
          );
        }
      }
    }
    return rows;
  },
};

/** How many octets of a packet are encrypted: itself, padding and trailer (RFC 4303 §2.4). */
function encrypted(suite: MeasuredSuite, bytes: number): number {
  const { blockBytes } = suiteShape(suite);
  return Math.ceil((bytes + ESP_TRAILER_BYTES) / blockBytes) * blockBytes;
}

type Kind = 'seal' | 'open' | 'bareSeal' | 'bareOpen';

function measure(
  pair: EnginePair,
  bare: Bare,
  { rounds, batches }: { readonly rounds: number; readonly batches: number },
): Readonly<Record<Kind, readonly number[]>> {
  const work: Readonly<Record<Kind, () => void>> = {
    seal: () => pair.seal(),
    bareSeal: () => repeat(() => bare.seal()),
    open: () => pair.open(),
    bareOpen: () => repeat(() => bare.open()),
  };
  const kinds: readonly Kind[] = ['seal', 'bareSeal', 'open', 'bareOpen'];
  const samples: Record<Kind, number[]> = { seal: [], bareSeal: [], open: [], bareOpen: [] };
  // The first round is for the compiler of JavaScript.
  for (let round = -1; round < rounds; round++) {
    const spent: Record<Kind, number> = { seal: 0, bareSeal: 0, open: 0, bareOpen: 0 };
    for (let batch = 0; batch < batches; batch++) {
      for (const kind of kinds) spent[kind] += cpuSeconds(work[kind]);
    }
    if (round < 0) continue;
    for (const kind of kinds) samples[kind].push((BATCH * batches) / spent[kind]);
  }
  return samples;
}

function repeat(work: () => void): void {
  for (let i = 0; i < BATCH; i++) work();
}

function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function rowOf(what: string, ours: readonly number[], bare: readonly number[]): BenchRow {
  return {
    what,
    unit: 'packets/s CPU',
    value: spreadOf(ours),
    against: `the cryptography alone, ${figure(spreadOf(bare).median)}`,
    ratio: ratioOf(ours, bare),
  };
}
