import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { writeFragment } from '../../src/ike/wire/fragment.ts';
import { frameMessage, writeChain } from '../../src/ike/wire/message.ts';
import { EXCHANGE, PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { SeededRandom } from '../../src/sim/seeded-random.ts';
import { PairOfEndpoints } from '../ike/pair-of-endpoints.ts';
import type { Side } from '../ike/side.ts';
import { mutateContent, mutateMessage } from '../fuzz/mutate-message.ts';
import { behindHash, contentOf, freshMessage } from './forged.ts';
import { excess } from './held.ts';
import { Ladder } from './ladder.ts';
import { Scene } from './scene.ts';

let collectGarbage = (): void => undefined;
beforeAll(() => {
  setFlagsFromString('--expose-gc');
  collectGarbage = runInNewContext('gc') as () => void;
});

/** Octets in use once what nobody holds is gone. */
function used(): number {
  for (let i = 0; i < 3; i++) collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What the test itself keeps of a side: everything that it did. */
function forget(side: Side): void {
  side.effects.length = 0;
  side.outgoing.length = 0;
}

const MESSAGES = 2000;
/** Ours: what a few thousand messages may leave behind, what V8 makes of them among it. One kept in twenty would be more. */
const GROWTH = 1024 * 1024;

/** How much more is held after many messages more, when as many have filled what there is to fill. */
function growth(send: (count: number) => void): number {
  for (let i = 0; i < 2; i++) send(MESSAGES);
  const before = used();
  for (let i = 0; i < 2; i++) send(MESSAGES);
  return used() - before;
}

describe('what is held does not grow with what is sent', () => {
  it('by strangers: first messages that are good, changed, and from everywhere', () => {
    const pair = new PairOfEndpoints();
    const random = new SeededRandom('strangers');
    const { datagram } = Ladder.of({}).rung('MM1');
    let cookie = 0;
    const grown = growth((count) => {
      for (let i = 0; i < count; i++) {
        const bytes = datagram.bytes.slice();
        new DataView(bytes.buffer).setUint32(0, ++cookie);
        const spoiled = random.chance(0.5) ? bytes : mutateMessage(bytes, bytes, random);
        const address = requireIpAddress(`203.0.${cookie % 200}.${cookie % 250}`);
        const remote = random.chance(0.5) ? datagram.remote : { address, port: 500 };
        pair.deliver(pair.b, { ...datagram, remote, bytes: spoiled });
        pair.wire.length = 0;
        forget(pair.b);
        if (i % 100 === 0) pair.runUntil(pair.now + 1000);
      }
    });
    expect(grown).toBeLessThan(GROWTH);
    expect(excess(pair.b)).toEqual([]);
  });

  it('to an exchange that waits for a job, however much it is: four messages wait, and no more', () => {
    const scene = Scene.at({ machine: 'mainModeResponder', state: 'computing-secret' });
    const { datagram } = Ladder.of({}).rung('MM5');
    let number = 0;
    const grown = growth((count) => {
      for (let i = 0; i < count; i++) {
        const bytes = datagram.bytes.slice();
        new DataView(bytes.buffer).setUint32(28, ++number);
        scene.send({ ...datagram, bytes });
        if (number > 4) expect(scene.victim.drops).toEqual(['queue-full']);
        forget(scene.victim);
      }
    });
    expect(grown).toBeLessThan(GROWTH);
    scene.finish();
    expect(scene.pair.sides.map((side) => side.connection().isUp('net'))).toEqual([true, true]);
  });

  it('by a peer that has the keys: Informationals that say nothing, and Quick Modes that are refused', () => {
    const scene = Scene.at({ machine: 'mainModeResponder', state: 'established' });
    const { victim, peer, pair } = scene;
    const ladder = Ladder.of({});
    const random = new SeededRandom('proved');
    const offer = behindHash(ladder.rung('QM1'));
    let messageId = 0x100;
    const grown = growth((count) => {
      for (let i = 0; i < count; i++) {
        const exchangeType = random.chance(0.5) ? EXCHANGE.INFORMATIONAL : EXCHANGE.QUICK_MODE;
        const about = { exchangeType, messageId: messageId++, authentic: true };
        const content = { ...offer, plaintext: mutateContent(offer, offer, random).plaintext };
        scene.send(freshMessage(ladder, ladder.rung('MM1'), about, content));
        if (i % 100 === 0) pair.runUntil(pair.now + 10_000);
        scene.queue.length = scene.sent.length = pair.wire.length = victim.waiting.length = 0;
        forget(victim);
        forget(peer);
      }
    });
    expect(messageId).toBe(0x100 + 4 * MESSAGES);
    expect(grown).toBeLessThan(GROWTH);
    expect(excess(victim)).toEqual([]);
  });

  it('by strangers: first messages of Aggressive Mode that want a signature, from everywhere', () => {
    const scene = Scene.at({ machine: 'aggressiveModeResponder', state: 'established', signatures: true });
    const { victim, pair } = scene;
    const { datagram } = Ladder.of(scene.spec).rung('AM1');
    let cookie = 0;
    const grown = growth((count) => {
      for (let i = 0; i < count; i++) {
        const bytes = datagram.bytes.slice();
        new DataView(bytes.buffer).setUint32(0, ++cookie);
        const address = requireIpAddress(`203.0.${cookie % 200}.${cookie % 250}`);
        scene.send({ ...datagram, remote: cookie % 2 === 0 ? datagram.remote : { address, port: 500 }, bytes });
        // Half of the jobs are never done.
        if (cookie % 2 === 0) pair.finishJobs(victim);
        scene.queue.length = scene.sent.length = pair.wire.length = victim.waiting.length = 0;
        forget(victim);
        if (i % 100 === 0) pair.runUntil(pair.now + 1000);
      }
    });
    expect(grown).toBeLessThan(GROWTH);
    expect(excess(victim)).toEqual([]);
  });

  it('by whoever knows the cookies: fragments of messages that are never whole', () => {
    const scene = Scene.at({ machine: 'mainModeResponder', state: 'established' });
    const { victim, pair } = scene;
    const { initiatorCookie, responderCookie } = Ladder.of({}).cookies;
    const { datagram } = Ladder.of({}).rung('MM1');
    const random = new SeededRandom('fragments');
    let id = 0;
    const grown = growth((count) => {
      for (let i = 0; i < count; i++) {
        const fragment = { fragmentId: ++id & 0xffff, number: 1 + (id % 60), last: random.chance(0.1) };
        const body = writeFragment({ ...fragment, data: random.bytes(1200) });
        const header = { initiatorCookie, responderCookie, exchangeType: EXCHANGE.MAIN_MODE, messageId: 0, flags: 0 };
        const chain = writeChain([{ type: PAYLOAD.FRAGMENT, body }]);
        scene.send({ ...datagram, bytes: frameMessage({ ...header, nextPayload: PAYLOAD.FRAGMENT }, chain) });
        if (i % 100 === 0) pair.runUntil(pair.now + 1000);
        forget(victim);
      }
    });
    expect(victim.endpoint.gate.reassembly.size).toBeGreaterThan(0);
    expect(grown).toBeLessThan(GROWTH);
    expect(excess(victim)).toEqual([]);
  });

  it('by a peer that has the keys: questions for settings, and good and bad Quick Modes that it never finishes', () => {
    const scene = Scene.at({ machine: 'transactionResponder', state: 'answered', settings: 'push' });
    scene.complete();
    const { victim, peer, pair } = scene;
    const ladder = Ladder.of(scene.spec);
    const random = new SeededRandom('questions');
    const contents = [contentOf(ladder.rung('TX1')), contentOf(ladder.rung('QM1'))];
    let messageId = 0x100;
    const grown = growth((count) => {
      for (let i = 0; i < count; i++) {
        const content = contents[i % 2] ?? contents[0];
        if (content === undefined) throw new Error('nothing to send');
        const about = { exchangeType: i % 2 === 0 ? EXCHANGE.TRANSACTION : EXCHANGE.QUICK_MODE, authentic: true };
        const changed = random.chance(0.5) ? content : mutateContent(content, content, random);
        scene.send(freshMessage(ladder, ladder.rung('MM1'), { ...about, messageId: messageId++ }, changed));
        if (random.chance(0.5)) pair.finishJobs(victim);
        if (i % 100 === 0) pair.runUntil(pair.now + 10_000);
        scene.queue.length = scene.sent.length = pair.wire.length = victim.waiting.length = 0;
        forget(victim);
        forget(peer);
      }
    });
    expect(grown).toBeLessThan(GROWTH);
    expect(excess(victim)).toEqual([]);
  });
});
