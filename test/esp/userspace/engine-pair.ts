import { requireIpAddress } from '../../../src/base/address.ts';
import { instant } from '../../../src/base/instant.ts';
import type { EspDropReason, EspEvent } from '../../../src/esp/backend.ts';
import type { EspSa } from '../../../src/esp/sa.ts';
import { DropCounters } from '../../../src/esp/userspace/drop-counters.ts';
import { EspEngine } from '../../../src/esp/userspace/engine.ts';
import { writeEcho } from '../../../src/esp/userspace/icmp-echo.ts';
import { nodeTransforms } from '../../../src/esp/userspace/node-transforms.ts';
import { HEADROOM, plainMemory, TAILROOM } from '../../../src/esp/userspace/packet.ts';
import { LONGEST_IP_HEADER } from '../../../src/esp/userspace/transport-mode.ts';
import type { EspTransforms } from '../../../src/esp/userspace/transform.ts';
import { counterpart, outboundSa } from '../sample-sa.ts';
import { seededRandom } from '../seeded-random.ts';

/** An engine with whole packets in and out, its events and its drops. */
export class TestEngine {
  readonly drops = new DropCounters();
  readonly events: EspEvent[] = [];
  readonly engine: EspEngine;
  readonly #transforms: EspTransforms;

  constructor(name: string, transforms: EspTransforms = nodeTransforms) {
    this.#transforms = transforms;
    const emit = (event: EspEvent): unknown => this.events.push(event);
    this.engine = new EspEngine({ transforms, random: seededRandom(name), drops: this.drops, emit }, instant(0));
  }

  outbound(packet: Uint8Array): Uint8Array | EspDropReason {
    const memory = this.#transforms.memory(HEADROOM + packet.length + TAILROOM);
    memory.bytes.set(packet, HEADROOM);
    const sealed = this.engine.outbound(memory, HEADROOM, packet.length);
    return typeof sealed === 'string' ? sealed : memory.bytes.slice(sealed.at, sealed.at + sealed.length);
  }

  inbound(packet: Uint8Array, outerEcn = 0): Uint8Array | EspDropReason | 'dummy' {
    const memory = this.#transforms.memory(LONGEST_IP_HEADER + Math.max(1, packet.length));
    memory.bytes.set(packet, LONGEST_IP_HEADER);
    const opened = this.engine.inbound(memory, LONGEST_IP_HEADER, packet.length, outerEcn);
    return typeof opened === 'string' ? opened : memory.bytes.slice(opened.at, opened.at + opened.length);
  }

  /** Seals, and the packet must come out. */
  seal(packet: Uint8Array): Uint8Array {
    const sealed = this.outbound(packet);
    if (typeof sealed === 'string') throw new Error(`dropped: ${sealed}`);
    return sealed;
  }
}

/** A sender and its receiver with one SA between them. */
export function enginePair(changes: Partial<EspSa> = {}, inbound: Partial<EspSa> = {}, transforms?: EspTransforms) {
  const sa = outboundSa(changes);
  const sender = new TestEngine('sender', transforms);
  const receiver = new TestEngine('receiver', transforms);
  sender.engine.installOutbound(sa);
  receiver.engine.installInbound(counterpart(sa, inbound));
  return { sender, receiver, sa };
}

/** An echo request through the sample tunnel, or from and to elsewhere. */
export function echo(source = '10.1.0.7', destination = '10.2.0.9', size = 56): Uint8Array {
  return writeEcho({
    kind: 'request',
    source: requireIpAddress(source),
    destination: requireIpAddress(destination),
    identifier: 1,
    sequence: 1,
    data: new Uint8Array(size),
  });
}

/** A memory that `plainMemory` gives, filled. */
export function memoryOf(bytes: Uint8Array) {
  const memory = plainMemory(bytes.length);
  memory.bytes.set(bytes);
  return memory;
}
