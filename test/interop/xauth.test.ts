import { expect } from 'vitest';
import { ControlError } from '../../src/client/control-client.ts';
import type { Cell } from '../lab/cells.ts';
import { certifiedSides } from '../lab/certificates.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type PairChanges, play } from '../lab/pair.ts';
import { ALICE, asUser, asUserAlone, together } from '../lab/remote-access.ts';
import { until } from '../lab/until.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;
const HYBRIDS = [
  { name: 'Hybrid: a certificate of the responder, XAUTH alone', exchange: 'main', aggressive: 'no' },
  { name: 'Hybrid, Aggressive Mode', exchange: 'aggressive', aggressive: 'yes' },
] as const;

for (const we of ['initiator', 'responder'] as const) {
  for (const nat of ['none', 'before us'] as const) {
    const cell: Cell = { name: 'XAUTH with a pre-shared key', we, nat, ...SUITES };
    interopTest(lineOf(cell), async (lab) => play(cell, await buildPair(lab, cell, asUser(we))));
  }

  const certified: Cell = { name: 'XAUTH with RSA signatures', we, nat: 'none', ...SUITES };
  interopTest(lineOf(certified), async (lab) => {
    const changes = together(await certifiedSides('rsa2048'), asUser(we));
    await play(certified, await buildPair(lab, certified, changes));
  });

  for (const { name, exchange, aggressive } of HYBRIDS) {
    const hybrid: Cell = { name, we, nat: 'none', ...SUITES };
    interopTest(lineOf(hybrid), async (lab) => {
      const mode: PairChanges = { ours: { exchange }, charons: { aggressive } };
      const changes = together(await certifiedSides('rsa2048'), asUserAlone(we), mode);
      await play(hybrid, await buildPair(lab, hybrid, changes));
    });
  }

  const cell: Cell = { name: 'XAUTH with a wrong password', we, nat: 'none', ...SUITES };
  interopTest(lineOf(cell), async (lab) => {
    const { we: ours, charon } = await buildPair(lab, cell, asUser(we, 'through the looking glass'));
    if (we === 'initiator') await expect(ours.up()).rejects.toThrow(ControlError);
    else expect(await charon.initiate()).toMatchObject({ status: 1 });
    const view = await until('our status to tell', () => ours.viewWhere(({ failure }) => failure !== undefined));
    expect(view.failure).toMatchObject({ phase: 1, code: 'USER_REFUSED' });
    expect(view.agreement).toBeUndefined();
    expect((await charon.sas()).flatMap(({ children }) => children)).toEqual([]);
    expect(ours.log()).not.toContain(ALICE.secret);
  });
}
