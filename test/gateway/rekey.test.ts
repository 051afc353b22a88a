import { describe, expect, it } from 'vitest';
import { pairOf, withPair } from './pair.ts';

const spisOf = async ({ gateway }: ReturnType<typeof pairOf>['plant']): Promise<string[]> =>
  (await gateway.status()).connections.flatMap(({ tunnels }) =>
    tunnels.flatMap(({ pairs }) => pairs.map(({ inboundSpi }) => inboundSpi)),
  );

describe('a rekey by hand', () => {
  it('of phase 2 is done when the successor stands, and the tunnel carries', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      const before = await spisOf(plant);
      await plant.gateway.rekey('hq');
      expect((await spisOf(plant)).filter((spi) => !before.includes(spi))).toHaveLength(1);
      expect(await plant.gateway.ping('10.2.0.1', 3)).toEqual({ sent: 3, received: 3 });
    });
  });

  it('of phase 1 is done when the successor stands', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      await plant.gateway.rekey('hq', 1);
      const established = plant.events.filter(({ name }) => name === 'phase1.established');
      expect(established).toHaveLength(2);
    });
  });

  it('of what is not up, or not there, is refused', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await expect(hq.gateway.rekey('plant')).rejects.toMatchObject({ code: 'NOT_UP', details: { phase: 2 } });
      await expect(hq.gateway.rekey('nobody', 1)).rejects.toMatchObject({ code: 'UNKNOWN_NAME' });
    });
  });

  it('that the gateway does not live to see ends with it', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      await plant.gateway.up('hq');
      const renewing = expect(plant.gateway.rekey('hq')).rejects.toMatchObject({ code: 'CANCELLED' });
      await plant.gateway.stop();
      await renewing;
    });
  });
});
