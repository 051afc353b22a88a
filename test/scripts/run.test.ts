import { expect, test } from 'vitest';
import { run } from '../../scripts/run.mjs';

const node = (script: string): string[] => [process.execPath, '-e', script];

test('hands out the exit status', async () => {
  expect(await run(node('process.exit(3)'), { limit: 20_000 })).toEqual({ status: 3, late: false });
});

test('gives the command its environment', async () => {
  const command = node('process.exit(Number(process.env.STATUS))');
  expect(await run(command, { limit: 20_000, env: { STATUS: '4' } })).toEqual({ status: 4, late: false });
});

test('ends a command whose time is up', async () => {
  expect(await run(node('setInterval(() => 0, 1000)'), { limit: 200 })).toEqual({ status: 1, late: true });
});

test('says 127 for a command that is not there', async () => {
  expect(await run(['no-such-command'], { limit: 1000 })).toEqual({ status: 127, late: false });
});
