import { expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { FakeTerminal } from './fake-terminal.ts';

test('the demonstration negotiates, and pings pass through the tunnel', async () => {
  const terminal = new FakeTerminal();
  expect(await main(['demo'], terminal)).toBe(0);
  expect(terminal.errors).toEqual([]);
  expect(terminal.output).toContain('pings from 10.1.0.1 to 10.2.0.1 through the tunnel: 3 sent, 3 answered');
  const established = terminal.output.filter((line) => line.includes('phase2.established'));
  expect(new Set(established.map((line) => line.split(/ +/)[0]))).toEqual(new Set(['hq', 'plant']));
  expect(terminal.output.filter((line) => line.includes('message.'))).toEqual([]);
});
