import { expect, test } from 'vitest';
import { must, run } from '../lab/command.ts';
import { inProject } from '../project.ts';

const PROGRAM = [process.execPath, inProject('dist/sallyport.js'), 'demo'] as const;

test.each([
  ['between two gateways of ours', ['--stage', 'namespaces'], 2],
  ['with strongSwan at the other end', ['--peer', 'strongswan'], 1],
] as const)(
  'the demonstration in network namespaces, %s, brings pings back through a NAT router',
  async (_, args, up) => {
    const { status, stdout, stderr } = await run([...PROGRAM, ...args]);
    expect(`${stdout}${stderr}`).toContain('It works: every ping went through the tunnel and came back.');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/ packets transmitted, 3 received/);
    expect(stdout).toMatch(/NAT found: before this gateway/);
    for (const what of [/Main Mode [1-6]/g, /Quick Mode [1-3]/g])
      expect(new Set(stdout.match(what)).size).toBe(what.source.startsWith('Main') ? 6 : 3);
    expect(stdout.match(/the tunnel is up/g)).toHaveLength(up);
    expect(await must(['ip', 'netns', 'list'])).not.toContain('sallyport-demo');
  },
);
