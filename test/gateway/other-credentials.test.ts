import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../../src/config/config.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { toRenegotiate } from '../../src/gateway/reload.ts';

interface Key {
  readonly peers: readonly string[];
  readonly secret: string;
}
const key = (peer: string, secret = `the secret of ${peer}`): Key => ({ peers: [peer], secret });

/** Connections to `@peer0`, `@peer1` and so on. */
function config(psks: readonly Key[], size: number, kernels: readonly (object | undefined)[] = []): GatewayConfig {
  return parseConfig({
    gateway: { limits: { tunnels: size } },
    esp: { backend: 'kernel' },
    credentials: { psks },
    connections: Array.from({ length: size }, (_, i) => ({
      name: `c${i}`,
      local: { address: '192.0.2.1' },
      remote: { address: '198.51.100.1', id: `@peer${i}` },
      kernel: kernels[i],
      tunnels: [{ name: 'net', local: '10.0.0.0/24', remote: `10.${1 + Math.floor(i / 256)}.${i % 256}.0/24` }],
    })),
  });
}

const keys = (size: number): Key[] => Array.from({ length: size }, (_, i) => key(`@peer${i}`));

describe('connections with other credentials than before', () => {
  const other = (before: readonly Key[], after: readonly Key[]): string[] =>
    toRenegotiate(config(before, 3), config(after, 3));
  const [first = key(''), second = key(''), third = key('')] = keys(3);
  const anybody = [key('%any', 'one for all'), key('%any', 'another for all')];

  it('are those whose key has changed, came, or went', () => {
    expect(other(keys(3), keys(3))).toEqual([]);
    expect(other(keys(3), [first, key('@peer1', 'a new secret'), third])).toEqual(['c1']);
    expect(other(keys(3), [first, second, key('@peer2', 'first'), third])).toEqual(['c2']);
    expect(other([...anybody, first], [...anybody])).toEqual(['c0']);
    expect(other([first, second, third], [key('198.51.100.1', 'by address'), first, second, third])).toEqual([
      'c0',
      'c1',
      'c2',
    ]);
  });

  it('are also those with whose packets the kernel is to do something else', () => {
    const [before, after] = [
      [{ mark: '7' }, { interface: 42 }],
      [{ mark: '7' }, { interface: 43 }, { copyDscp: 'no' }],
    ];
    expect(toRenegotiate(config(keys(3), 3, before), config(keys(3), 3, after))).toEqual(['c1', 'c2']);
  });

  it('are those whose first key is another one now, and no others, where keys have changed places', () => {
    expect(other([first, second, third], [third, first, second])).toEqual([]);
    expect(other([first, ...anybody], [...anybody.toReversed(), first])).toEqual(['c0', 'c1', 'c2']);
    const two = [key('@peer1', 'one'), key('@PEER1', 'two')];
    expect(other([first, third, ...two], [first, third, ...two.toReversed()])).toEqual(['c1']);
  });
});
