import { instant } from '../../src/base/instant.ts';
import { DropCounters } from '../../src/esp/userspace/drop-counters.ts';
import { EspEngine } from '../../src/esp/userspace/engine.ts';
import { HEADROOM, TAILROOM } from '../../src/esp/userspace/packet.ts';
import type { Range } from '../../src/esp/userspace/sa-state.ts';
import type { EspTransforms } from '../../src/esp/userspace/transform.ts';
import { systemRandom } from '../../src/gateway/system-random.ts';
import { counterpart, outboundSa } from '../../test/esp/sample-sa.ts';
import { echo } from '../../test/esp/userspace/engine-pair.ts';
import type { MeasuredSuite } from './bare.ts';

/** Packets that are sealed, then opened, so that neither has a packet for itself in the cache. */
export const BATCH = 256;
const ECHO_HEADERS = 28;

/** The engine's whole way with a packet, in both directions: which SA, its counts and window, framing, encryption. */
export interface EnginePair {
  /** Seals a batch of IP packets that lie there. */
  seal(): void;
  /** Opens the batch that was sealed, which leaves the IP packets where they were. */
  open(): void;
}

/** A sender and its receiver on one memory, with IP packets of so many octets. */
export function enginePair(suite: MeasuredSuite, packetBytes: number, transforms: EspTransforms): EnginePair {
  const [sender, receiver] = [engine(transforms), engine(transforms)];
  const sa = outboundSa({ suite });
  sender.installOutbound(sa);
  receiver.installInbound(counterpart(sa));
  const packet = echo('10.1.0.7', '10.2.0.9', packetBytes - ECHO_HEADERS);
  const slot = HEADROOM + packet.length + TAILROOM;
  const memory = transforms.memory(BATCH * slot);
  for (let i = 0; i < BATCH; i++) memory.bytes.set(packet, i * slot + HEADROOM);
  const sealed: Range[] = [];
  return {
    seal() {
      for (let i = 0; i < BATCH; i++) {
        const range = sender.outbound(memory, i * slot + HEADROOM, packet.length);
        if (typeof range === 'string') throw new Error(`not sealed: ${range}`);
        sealed[i] = range;
      }
    },
    open() {
      for (const { at, length } of sealed) {
        const range = receiver.inbound(memory, at, length);
        if (typeof range === 'string') throw new Error(`not opened: ${range}`);
      }
    },
  };
}

function engine(transforms: EspTransforms): EspEngine {
  const options = { transforms, random: systemRandom, drops: new DropCounters(), emit: () => undefined };
  return new EspEngine(options, instant(0));
}
