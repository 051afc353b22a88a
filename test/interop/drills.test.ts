import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/drill/catalogue.ts';
import { must, run } from '../lab/command.ts';
import { inProject } from '../project.ts';

const PROGRAM = [process.execPath, inProject('dist/sallyport.js'), 'drill', '--live'] as const;

/** The same as `strongswan-vanishes`, without its return: most of a live drill is waiting. */
const SHORT = `name: short
purpose: strongSwan is killed under load; dead in its time, and hold lets nothing out
duration: 8s
connection:
  dpd: { delay: 1s, timeout: 3s, action: hold }
  natt: { mode: force }
gateways: { a: {}, b: { peer: strongswan } }
traffic: [{ from: a, to: b, every: 300ms }]
script: [{ at: 3s, kill: b }]
expect:
  - { from: a, to: b, answered: some, between: [0s, 2900ms] }
  - { on: a, event: peer.dead, where: { action: hold, lastSign.kind: esp }, times: 1, between: [6s, 8s] }
  - { from: a, to: b, answered: none, between: [3500ms, 8s] }
  - { on: a, clear: none }
`;

async function drilled(drill: string): Promise<void> {
  const { status, stdout, stderr } = await run([...PROGRAM, drill]);
  expect(stdout).toMatch(/^PASSED/);
  expect([status, stderr]).toEqual([0, '']);
  expect(await must(['ip', 'netns', 'list'])).not.toContain(`sallyport-drill`);
}

test('a drill runs live, with charon as the peer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-drills-'));
  try {
    writeFileSync(join(folder, 'short.yaml'), SHORT);
    await drilled(join(folder, 'short.yaml'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Half a minute each, in the long run alone. */
const live = catalogue().filter(({ drill }) => drill.members.some(({ peer }) => peer === 'strongswan'));
for (const { name } of process.env['SALLYPORT_LONG'] === undefined ? [] : live)
  test(`${name} passes live as it does in the simulation`, () => drilled(name));
