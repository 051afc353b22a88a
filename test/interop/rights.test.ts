import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { NOBODY } from '../lab/few-rights.ts';
import { must } from '../lab/command.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { inProject, readInProject } from '../project.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;

/** What the unit for systemd gives to the gateway. */
function rightsOfTheUnit(): readonly string[] {
  const unit = readInProject('packaging/systemd/sallyport.service');
  const both = ['AmbientCapabilities', 'CapabilityBoundingSet'].map(
    (key) => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1],
  );
  expect(both[0]).toBe(both[1]);
  return both[0]?.split(' ') ?? [];
}

for (const nat of ['none', 'before us'] as const) {
  const cell: Cell = { name: 'rights', we: 'initiator', nat, ...SUITES };
  interopTest(lineOf(cell, 'we have the rights that the unit for systemd gives, and no others'), async (lab) => {
    const rights = rightsOfTheUnit();
    const pair = await buildPair(lab, cell, { ours: { rights } });
    const status = await readFile(`/proc/${pair.we.daemon.pid}/status`, 'utf8');
    expect(status).toMatch(new RegExp(`^Uid:(\\t${NOBODY}){4}$`, 'm'));
    // Bits 10, 12 and 13 of capabilities(7).
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) expect(status).toMatch(new RegExp(`^${set}:\\t0{12}3400$`, 'm'));
    await establish(cell, pair);
    expect(await ping(pair.network.left, pair.network.right)).toEqual({ sent: 3, received: 3 });
  });
}

test('the unit leaves the gateway as little as systemd can tell', async () => {
  const options = ['--no-pager', '--offline=true', '--threshold=20'];
  const unit = inProject('packaging/systemd/sallyport.service');
  expect(await must(['systemd-analyze', 'security', ...options, unit])).toMatch(/Overall exposure level .*: 1\.\d OK/);
});
