import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import type { Lab } from '../lab/lab.ts';
import { charonsOf, membersOf } from '../lab/members.ts';
import { lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const HUB: Cell = {
  ...{ name: 'hub', we: 'responder', phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' },
};
/** What lies behind the hub and, through it, behind the other spoke. */
const ALL = '10.0.0.0/8';

/** Our gateway with a charon at each of two spokes, whose tunnels are up. */
async function hubAndSpokes(lab: Lab, forward: boolean) {
  const crowd = await lab.crowd(2, { hidden: false });
  const { right, peers } = crowd;
  // Off as on: that nothing passes shall not be the system's doing.
  await right.namespace.must(['sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  const members = membersOf(crowd, () => ({
    ours: { localNetwork: ALL, more: { forward } },
    charons: { remoteNetwork: ALL },
  }));
  const connections = members.map(({ ours }) => ours);
  const hub = await lab.sallyport(right, { listen: [right.address], connections });
  const charons = await charonsOf(lab, members);
  for (const charon of charons) expect(await charon.initiate()).toMatchObject({ status: 0 });
  for (const { name } of members) await until(`the tunnel of ${name}`, () => hub.agreement(name));
  const [a, b] = peers;
  const [, charonB] = charons;
  if (a === undefined || b === undefined || charonB === undefined) throw new Error('no spokes');
  const arrivedAtB = async (): Promise<number> =>
    (await charonB.sas()).flatMap(({ children }) => children).reduce((sum, { packetsIn }) => sum + packetsIn, 0);
  const betweenTunnels = async (): Promise<number> => (await hub.status()).esp.drops['between-tunnels'];
  return { right, a, b, arrivedAtB, betweenTunnels };
}

interopTest(lineOf(HUB, 'a hub that does not forward keeps its spokes apart'), async (lab) => {
  const { right, a, b, arrivedAtB, betweenTunnels } = await hubAndSpokes(lab, false);
  expect(await ping(a, right)).toEqual({ sent: 3, received: 3 });
  expect(await ping(a, b, { count: 1, wait: 1 })).toEqual({ sent: 1, received: 0 });
  expect([await betweenTunnels(), await arrivedAtB()]).toEqual([1, 0]);
});

interopTest(lineOf(HUB, 'a hub that forwards connects its spokes'), async (lab) => {
  const { right, a, b, arrivedAtB, betweenTunnels } = await hubAndSpokes(lab, true);
  expect(await ping(a, right)).toEqual({ sent: 3, received: 3 });
  expect(await ping(a, b)).toEqual({ sent: 3, received: 3 });
  expect(await ping(b, a)).toEqual({ sent: 3, received: 3 });
  expect([await betweenTunnels(), await arrivedAtB()]).toEqual([0, 6]);
});
