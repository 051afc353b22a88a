import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { InvariantBroken } from '../../src/sim/invariants.ts';
import { ADDRESS, policyOf, twoGateways } from './two-gateways.ts';

/** Two gateways with a tunnel, as nothing has broken them yet. */
function tunnel(options: Parameters<typeof twoGateways>[2] = {}) {
  const gateways = twoGateways('to be broken', {}, options);
  gateways.a.initiate('link');
  gateways.world.run(seconds(1));
  return { ...gateways, connection: gateways.a.endpoint.connections.get('link') };
}

describe('an invariant holds before and is broken by', () => {
  it('an internal error', () => {
    const { world, a } = tunnel();
    world.settled(a);
    const event = { name: 'internal.error', text: 'on purpose' } as const;
    expect(() => world.effect(a, { type: 'event', event })).toThrow(new InvariantBroken('a: on purpose'));
  });

  it('an SA without proof, or with the proof of somebody else', () => {
    const { world, a, b } = tunnel({ b: { host: { record: true } } });
    const [sa] = a.esp.installed;
    const proof = [...(a.endpoint.connections.get('link')?.sas ?? [])][0]?.established?.proof;
    const other = [...(b.endpoint.connections.get('link')?.sas ?? [])][0]?.established?.proof;
    if (sa === undefined || proof === undefined || other === undefined) throw new Error('no tunnel');
    const forged = { valid: true, identity: proof.identity } as unknown as typeof proof;
    expect(() => world.effect(a, { type: 'install-sa', sa, proof: forged })).toThrow(/^a: SA 1 without proof$/);
    expect(() => world.effect(a, { type: 'install-sa', sa, proof: other })).toThrow(/^a: SA for @a.example in link$/);
    expect(() => world.effect(a, { type: 'install-sa', sa: { ...sa, connection: 'x' }, proof })).toThrow(
      /^a: SA of a connection that is not: x$/,
    );
  });

  it('an ESP key that is used twice', () => {
    const { world, a } = tunnel();
    const sa = a.esp.installed.find(({ direction }) => direction === 'inbound');
    const proof = [...(a.endpoint.connections.get('link')?.sas ?? [])][0]?.established?.proof;
    if (sa === undefined || proof === undefined) throw new Error('no tunnel');
    expect(() => world.effect(a, { type: 'install-sa', sa, proof })).toThrow(/ESP key of SPI \d+ was used before/);
  });

  it('a key and IV that encrypt two messages', () => {
    const { world, a } = tunnel();
    const [key, iv] = [new Uint8Array(16), new Uint8Array(16)];
    world.crypto.encryptCbc('aes128', key, iv, new Uint8Array(16));
    world.settled(a);
    world.crypto.encryptCbc('aes128', key, iv, new Uint8Array(32));
    expect(() => world.settled(a)).toThrow(/^a: key and IV used twice: aes128/);
  });

  it('an SA that stands and that nobody knows of', () => {
    const { world, a } = tunnel();
    const [sa] = a.esp.installed;
    if (sa === undefined) throw new Error('no tunnel');
    a.esp.install({ ...sa, spi: 4711, pair: 99 });
    expect(() => world.settled(a)).toThrow(/^a: (in|out)bound SA 99 of link stands and nobody knows of it$/);
  });

  it('a pair that is up without one of its SAs', () => {
    const { world, a } = tunnel();
    a.esp.remove(1, 'outbound');
    expect(() => world.settled(a)).toThrow(/^a: pair 1 of link is up without its outbound SA$/);
  });

  it('an SPI that nobody will give back', () => {
    const { world, a } = tunnel();
    a.esp.allocateSpi();
    expect(() => world.settled(a)).toThrow(/^a: SPIs that are reserved: 1, at most 0$/);
  });

  it('more of something than a peer may make us hold', () => {
    const { world, a, connection } = tunnel();
    const [pair] = connection?.pairs.values() ?? [];
    if (pair === undefined || connection === undefined) throw new Error('no tunnel');
    for (let i = 2; i <= 65; i++) connection.pairs.set(i, { ...pair, pair: i });
    expect(() => world.settled(a)).toThrow(/^a: pairs of link: 65, at most 64$/);
  });

  it('a connection that is wanted and for which nothing will ever happen', () => {
    const { world, b } = tunnel();
    const connection = b.endpoint.connections.get('link');
    connection?.attempts.want();
    world.settled(b);
    for (const direction of ['inbound', 'outbound'] as const) b.esp.remove(1, direction);
    connection?.pairs.clear();
    expect(() => world.settled(b)).toThrow(/^b: link is wanted, not up, and nothing goes on$/);
  });

  it('a deadline that is left behind', () => {
    const { world, a } = twoGateways('left behind', { blocked: true });
    a.initiate('link');
    // An endpoint that does not do what it has to do.
    Object.defineProperty(a.endpoint, 'tick', { value: () => [] });
    expect(() => world.run(seconds(2))).toThrow(/deadline that has passed stands after tick/);
  });
});

it('what a failure says holds the seed, the moment and what happened', () => {
  const { world, a } = twoGateways('a seed of its own');
  a.initiate('link');
  world.clock.after(seconds(3), () => {
    throw new Error('on purpose');
  });
  const message = (): string => {
    try {
      world.run(seconds(10));
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
    return '';
  };
  expect(message()).toMatch(/^on purpose\n {2}at 3000 ms, seed a seed of its own\n[^]* a phase1.started /);
});

it('a connection to anybody takes whoever proves to have the key', () => {
  const { world, a, b } = twoGateways(
    'anybody',
    {},
    {
      b: { host: { connections: [{ ...policyOf('b'), remote: { address: 'any', id: 'any' } }] } },
    },
  );
  a.initiate('link');
  world.run(seconds(1));
  expect(b.esp.installed.map(({ remote }) => remote.address)).toEqual([ADDRESS.a, ADDRESS.a]);
});
