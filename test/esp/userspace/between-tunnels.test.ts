import { describe, expect, it } from 'vitest';
import { parseSelector } from '../../../src/base/selector.ts';
import type { EspSa } from '../../../src/esp/sa.ts';
import { counterpart, outboundSa } from '../sample-sa.ts';
import { echo, TestEngine } from './engine-pair.ts';

const EVERYTHING = parseSelector('10.0.0.0/8');
const SPOKES = { a: parseSelector('10.1.0.0/24'), b: parseSelector('10.2.0.0/24') } as const;
const FROM_A = echo('10.1.0.7', '10.2.0.9');

/** What a spoke sends with. */
const spokeSa = (spoke: 'a' | 'b', changes: Partial<EspSa> = {}): EspSa => {
  const number = spoke === 'a' ? 1 : 2;
  return outboundSa({
    ...{ pair: number, spi: 0x1000 + number, connection: spoke, tunnel: 'lan' },
    ...{ localSelector: SPOKES[spoke], remoteSelector: EVERYTHING, ...changes },
  });
};

/** A hub whose network is part of what its spokes reach through it, with the tunnel of each where it is up. */
function hubOf(forwards: { readonly a?: boolean; readonly b?: boolean }, up: readonly ('a' | 'b')[] = ['a', 'b']) {
  const hub = new TestEngine('hub');
  for (const spoke of ['a', 'b'] as const) {
    const traffic = { connection: spoke, tunnel: 'lan', local: EVERYTHING, remote: SPOKES[spoke] };
    hub.engine.guard({ ...traffic, without: 'trap', forwards: forwards[spoke] ?? false });
    if (!up.includes(spoke)) continue;
    hub.engine.installInbound(counterpart(spokeSa(spoke)));
    const back = { spi: 0x2000 + spokeSa(spoke).pair, localSelector: EVERYTHING, remoteSelector: SPOKES[spoke] };
    hub.engine.installOutbound(spokeSa(spoke, back));
  }
  const spoke = new TestEngine('spoke a');
  spoke.engine.installOutbound(spokeSa('a'));
  return { hub, arrives: (packet: Uint8Array) => hub.inbound(spoke.seal(packet)) };
}

describe('what comes out of one tunnel and belongs into another', () => {
  it.each([
    ['where neither connection forwards', {}],
    ['where only the one that it comes from forwards', { a: true }],
    ['where only the one that it goes to forwards', { b: true }],
  ])('is dropped and counted %s', (_, forwards) => {
    const { hub, arrives } = hubOf(forwards);
    expect(arrives(FROM_A)).toBe('between-tunnels');
    expect(hub.drops.of('between-tunnels')).toBe(1);
  });
  it('comes in where both forward, and goes out to the other', () => {
    const { hub, arrives } = hubOf({ a: true, b: true });
    expect(arrives(FROM_A)).toEqual(FROM_A);
    expect(hub.outbound(FROM_A)).toBeInstanceOf(Uint8Array);
    expect(hub.drops.of('between-tunnels')).toBe(0);
  });
  it('begins no negotiation of the other tunnel where they do not forward', () => {
    const { hub, arrives } = hubOf({}, ['a']);
    expect(arrives(FROM_A)).toBe('between-tunnels');
    expect(hub.events.filter(({ type }) => type === 'acquire')).toEqual([]);
  });
  it('does not go back to where it came from either: two peers of one connection are apart', () => {
    expect(hubOf({}).arrives(echo('10.1.0.7', '10.1.0.8'))).toBe('between-tunnels');
    expect(hubOf({ a: true }).arrives(echo('10.1.0.7', '10.1.0.8'))).toBeInstanceOf(Uint8Array);
  });
  it('may not come any more when the connection has been told so', () => {
    const { hub, arrives } = hubOf({ a: true, b: true });
    expect(arrives(FROM_A)).toEqual(FROM_A);
    hub.engine.guard({ connection: 'b', tunnel: 'lan', local: EVERYTHING, remote: SPOKES.b, without: 'trap' });
    expect(arrives(FROM_A)).toBe('between-tunnels');
  });
});

describe('what comes out of a tunnel for the hub itself', () => {
  it('arrives', () => {
    const packet = echo('10.1.0.7', '10.3.0.1');
    expect(hubOf({}).arrives(packet)).toEqual(packet);
  });
  it('arrives where another tunnel goes everywhere: the own network lies beside it', () => {
    const { hub, arrives } = hubOf({});
    const traffic = { local: EVERYTHING, remote: parseSelector('0.0.0.0/0') };
    hub.engine.guard({ connection: 'internet', tunnel: 'all', ...traffic, without: 'trap' });
    const packet = echo('10.1.0.7', '10.3.0.1');
    expect(arrives(packet)).toEqual(packet);
  });
});
