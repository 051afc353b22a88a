import { expect } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { MessageJson } from '../../src/decode/message-json.ts';
import { FakeTerminal } from '../cli/fake-terminal.ts';
import { type DissectedMessage, readDissection } from './dissection.ts';
import { bodyFacts, headerFact, REFUSED } from './message-facts.ts';

/** What `sallyport decode --json` says of a capture, with the text of a key file. */
export async function decoded(path: string, keys = ''): Promise<readonly MessageJson[]> {
  const terminal = new FakeTerminal({}, { 'a.keys': keys });
  expect(await main(['decode', path, '--json', '--keys', 'a.keys'], terminal)).toBe(0);
  return terminal.output.map((line) => JSON.parse(line) as MessageJson);
}

/**
 * Holds what we read of a capture against tshark's dissection: the same frames, the same headers, the same payloads with the same contents.
 *
 * Of a payload that we refuse, which some dissector may read, type and length are compared. Where tshark gave up, we have to have everything
 * before that.
 */
export function expectAgreement(messages: readonly MessageJson[], dissection: string): void {
  const dissected = readDissection(dissection);
  expect(dissected.length).toBeGreaterThan(0);
  expect(messages.map(({ number }) => number)).toEqual(dissected.map(({ frame }) => frame));
  for (const [i, message] of messages.entries()) {
    const { frame, header, body, gaveUp } = dissected[i] as DissectedMessage;
    const ours = bodyFacts(message);
    expect({
      frame,
      header: headerFact(message),
      body: gaveUp ? ours.slice(0, body.length) : ours,
    }).toEqual({
      frame,
      header: known(header, headerFact(message)),
      body: body.map((facts, j) => comparable(facts, ours[j])),
    });
  }
}

/** Theirs, with ours where theirs says nothing. */
function known(theirs: string, ours: string): string {
  const [a, b] = [theirs.split(', '), ours.split(', ')];
  return a.map((part, i) => (part.endsWith(' ?') ? (b[i] ?? '') : part)).join(', ');
}

function comparable(theirs: readonly string[], ours: readonly string[] | undefined): readonly string[] {
  if (ours?.[0]?.endsWith(REFUSED) !== true) return theirs;
  return [`${theirs[0]?.split(':')[0] ?? ''}: ${REFUSED}`];
}
