import { expect, test } from 'vitest';
import { aggressiveModeInitiator } from '../../src/ike/exchange/aggressive-mode-initiator.ts';
import { aggressiveModeResponder } from '../../src/ike/exchange/aggressive-mode-responder.ts';
import { mainModeInitiator } from '../../src/ike/exchange/main-mode-initiator.ts';
import { mainModeResponder } from '../../src/ike/exchange/main-mode-responder.ts';
import { quickModeInitiator } from '../../src/ike/exchange/quick-mode-initiator.ts';
import { quickModeResponder } from '../../src/ike/exchange/quick-mode-responder.ts';
import { readInProject } from '../project.ts';
import { expectGenerated, withPart } from './generated.ts';
import { drawing } from './machine-drawing.ts';

const MACHINES = [
  ['Main Mode, initiator', 'main-mode-initiator', mainModeInitiator],
  ['Main Mode, responder', 'main-mode-responder', mainModeResponder],
  ['Aggressive Mode, initiator', 'aggressive-mode-initiator', aggressiveModeInitiator],
  ['Aggressive Mode, responder', 'aggressive-mode-responder', aggressiveModeResponder],
  ['Quick Mode, initiator', 'quick-mode-initiator', quickModeInitiator],
  ['Quick Mode, responder', 'quick-mode-responder', quickModeResponder],
] as const;

test('src/ike/README.md draws the machines as they are', () => {
  const parts = MACHINES.map(
    ([title, file, machine]) => `### ${title}\n\n[\`${file}.ts\`](exchange/${file}.ts)\n\n${drawing(machine)}`,
  );
  expectGenerated('src/ike/README.md', withPart(readInProject('src/ike/README.md'), 'machines', parts.join('\n\n')));
});

test('a state says what it waits for, and a failure is not drawn', () => {
  const machine = {
    graph: { 'awaiting-sa': ['working', 'failed'], working: ['established', 'failed'], established: [], failed: [] },
    busy: new Set(['working']),
    expects: { 'awaiting-sa': 'main-mode-1' },
  } as const;
  expect(drawing(machine)).toBe(
    [
      '```mermaid',
      'flowchart LR',
      '  s0["awaiting-sa<br>main-mode-1"] --> s1',
      '  s1[["working"]] --> s2',
      '  s2(["established"])',
      '```',
    ].join('\n'),
  );
});

test('a state that cannot fail is refused, because the picture says that each can', () => {
  const machine = { graph: { ready: ['established'], established: [], failed: [] }, busy: new Set(['']), expects: {} };
  expect(() => drawing(machine)).toThrow('ready cannot fail');
});
