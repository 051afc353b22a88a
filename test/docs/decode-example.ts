import { expect } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { FakeTerminal } from '../cli/fake-terminal.ts';
import { inProject } from '../project.ts';

const RUB = 'vectors/isakmp/rub/handshake';
const COMMAND = ['decode', `${RUB}.pcap`, '--keys', `${RUB}.keys.yaml`];

/** What the command of the documents prints, wherever the tests run. */
export async function decodeOutput(...more: readonly string[]): Promise<readonly string[]> {
  const terminal = new FakeTerminal();
  const args = COMMAND.map((word) => (word.startsWith('vectors/') ? inProject(word) : word));
  expect(await main([...args, ...more], terminal)).toBe(0);
  expect(terminal.errors).toEqual([]);
  return terminal.output;
}

const cut = (line: string): string => (line.length <= 132 ? line : `${line.slice(0, 131)}…`);

/** The command and some of its messages. */
export async function decodeExample(): Promise<string> {
  const output = (await decodeOutput()).map(cut);
  const from = output.findIndex((line) => line.startsWith('#5 '));
  const to = output.findIndex((line) => line.startsWith('#8 '));
  const lines = [`$ sallyport ${COMMAND.join(' ')}`, '…', ...output.slice(from, to), '…', output.at(-1) ?? ''];
  return ['```', ...lines, '```'].join('\n');
}
