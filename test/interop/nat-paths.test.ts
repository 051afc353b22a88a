import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { charonsOf, membersOf } from '../lab/members.ts';
import { buildPair, lineOf, play } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;

for (const we of ['initiator', 'responder'] as const) {
  const cell: Cell = { name: 'each behind a NAT of its own', we, nat: 'before both', ...SUITES };
  interopTest(lineOf(cell), async (lab) => play(cell, await buildPair(lab, cell)));
}

const BEHIND: Cell = { name: 'behind one NAT', we: 'responder', nat: 'before charon', ...SUITES };

interopTest(lineOf(BEHIND, 'two peers behind one NAT get addresses of one pool'), async (lab) => {
  const crowd = await lab.crowd(2);
  const members = membersOf(crowd, () => ({ charons: { localNetwork: 'dynamic', modeConfig: { mode: 'pull' } } }));
  const [first] = members;
  if (first === undefined) throw new Error('nobody there');
  const anybody = { name: 'anybody', remoteId: '%any', remoteNetwork: 'assigned', modeConfig: { pool: '10.9.0.0/28' } };
  const we = await lab.sallyport(crowd.right, {
    listen: [crowd.right.address],
    connections: [{ ...first.ours, ...anybody }],
    psks: members.map(({ charons }) => ({ peers: [charons.localId], secret: charons.psk })),
  });
  for (const charon of await charonsOf(lab, members)) expect(await charon.initiate()).toMatchObject({ status: 0 });
  await until('both to be here', async () => ((await we.holdings('anybody')).phase2.length === 2 ? true : undefined));
  for (const [nth, { peer }] of members.entries()) {
    const assigned = { ...peer, inner: `10.9.0.${nth + 1}` };
    expect(await ping(assigned, crowd.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(crowd.right, assigned)).toEqual({ sent: 3, received: 3 });
  }
});
