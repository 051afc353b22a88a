import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { behind } from '../lab/network.ts';
import { charonConnection, charonSettings, establish, lineOf, sallyportConnection } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import type { SallyportSettings } from '../lab/sallyport-config.ts';
import { until } from '../lab/until.ts';

const CELL: Cell = {
  name: 'reload',
  we: 'responder',
  phase1: ['aes128-sha256-ecp256'],
  phase2: ['aes128gcm16'],
  nat: 'none',
};

interopTest(lineOf(CELL, 'a file read anew leaves the SAs of what did not change'), async (lab) => {
  const network = await lab.network();
  const places = [network, { ...network, left: behind(network.left, 1), right: behind(network.right, 1) }] as const;
  const own = places.map((_, i) => ({ name: `c${i}`, psk: `the secret of connection ${i}` }));
  const identities = own.map((_, i) => `@charon-${i}.example.org`);
  const charon = await lab.charon(network.right, {
    ...charonSettings(CELL, network),
    patience: 5,
    connections: places.map((place, i) => ({
      ...charonConnection(CELL, place),
      ...own[i],
      localId: identities[i] ?? '',
    })),
  });
  const settings = (secondSecret = own[1]?.psk ?? ''): SallyportSettings => ({
    listen: [network.left.address],
    connections: places.map((place, i) => ({
      ...sallyportConnection(CELL, place),
      ...own[i],
      remoteId: identities[i] ?? '',
      ...(i === 1 ? { psk: secondSecret } : {}),
    })),
  });
  const we = await lab.sallyport(network.left, settings());
  for (const { name } of own) await establish(CELL, { network, we, charon }, { ours: name, charons: name });
  const stands = await we.agreement('c0');

  expect(await we.reload(settings('another secret'))).toEqual({
    unchanged: ['c0'],
    changed: ['c1'],
    added: [],
    removed: [],
  });
  await until('charon to have heard of the end of the second', async () =>
    (await charon.sas('c1')).length === 0 ? true : undefined,
  );
  expect((await charon.initiate('c1')).status).not.toBe(0);
  expect(await we.agreement('c0')).toEqual(stands);
  expect((await charon.sas('c0')).flatMap(({ children }) => children.map(({ spiIn }) => spiIn))).toHaveLength(1);
  expect(await ping(places[0].left, places[0].right)).toEqual({ sent: 3, received: 3 });

  expect(await we.reload(settings())).toMatchObject({ unchanged: ['c0'], changed: ['c1'] });
  await establish(CELL, { network, we, charon }, { ours: 'c1', charons: 'c1' });
  expect(await ping(places[1].left, places[1].right)).toEqual({ sent: 3, received: 3 });
  expect(await we.agreement('c0')).toEqual(stands);

  await expect(we.reload({ ...settings(), listen: ['127.0.0.1'] })).rejects.toMatchObject({ code: 'CONFIG_REFUSED' });
  expect(await we.agreement('c0')).toEqual(stands);
  expect(await we.reload({ ...settings(), connections: settings().connections.slice(0, 1) })).toMatchObject({
    unchanged: ['c0'],
    removed: ['c1'],
  });
  await until('charon to have heard of the end of the second', async () =>
    (await charon.sas('c1')).length === 0 ? true : undefined,
  );
  expect(await ping(places[0].left, places[0].right)).toEqual({ sent: 3, received: 3 });
});
