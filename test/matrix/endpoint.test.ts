import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/ike/effects.ts';
import { SCENES, sceneName, type SceneSpec } from '../robustness/scenes.ts';
import { Stage } from '../robustness/stage.ts';
import { act } from '../robustness/step.ts';
import { messagesFor } from './messages.ts';

/** What an endpoint makes of a message: why it is dropped, or what it does. */
function madeOf(effects: readonly Effect[]): string {
  const names = effects.flatMap((effect) => {
    if (effect.type !== 'event') return [effect.type];
    const { event } = effect;
    if (event.name === 'datagram.dropped') return [`dropped: ${event.reason}`];
    return event.name === 'message.sent' || event.name === 'message.received' ? [] : [event.name];
  });
  const drop = names.find((name) => name.startsWith('dropped'));
  // A state that waits for a job keeps a few messages until it is done.
  return drop ?? (names.length === 0 ? 'waits' : [...new Set(names)].join(', '));
}

interface Cell {
  readonly scene: string;
  readonly message: string;
  readonly how: string;
  readonly told: string;
}

function cellsOf(spec: SceneSpec): Cell[] {
  let stage = new Stage(spec);
  return messagesFor(spec).flatMap(({ name, steps }) =>
    steps.map(({ how, step }) => {
      const at = madeOf(act(stage, step));
      // Whether a signature is the peer's shows only when its certificate has been looked at.
      const told = at.endsWith('job') && how === 'wrong HASH' ? madeOf(stage.work()) : at;
      if (!told.startsWith('dropped')) stage = new Stage(spec);
      return { scene: sceneName(spec), message: name, how, told };
    }),
  );
}

/** What comes of what, a line for each outcome; a message that comes to the same however it is protected stands there without. */
function written(cells: readonly Cell[]): string {
  const outcomes = [...new Set(cells.map(({ told }) => told))].sort();
  const lines = outcomes.map((outcome) => {
    const messages = [...new Set(cells.map(({ message }) => message))].flatMap((message) => {
      const all = cells.filter((cell) => cell.message === message);
      const same = all.filter(({ told }) => told === outcome);
      if (same.length === 0) return [];
      return [same.length === all.length ? message : `${message} (${same.map(({ how }) => how).join(', ')})`];
    });
    return `  ${outcome}\n    ${messages.join('; ')}\n`;
  });
  return `${cells[0]?.scene}\n${lines.join('')}`;
}

const text = ({ scene, message, how, told }: Cell): string => `${scene}: ${message}, ${how}: ${told}`;
/** That an address receives is told when our cookie comes back, whatever comes with it. */
const does = ({ told }: Cell): boolean => !told.startsWith('dropped') && told !== 'waits' && told !== 'phase1.started';

describe('every state of every exchange with every kind of message, in clear, with the right keys and with wrong ones', () => {
  const scenes = SCENES.map(cellsOf);
  const cells = scenes.flat();

  it('comes to what is written down', async () => {
    await expect(scenes.map(written).join('\n')).toMatchFileSnapshot('endpoint.txt');
  });

  it('comes to nothing where the key or the HASH is wrong', () => {
    const wrong = cells.filter(({ how }) => how.startsWith('wrong'));
    expect(wrong.length).toBeGreaterThan(500);
    expect(wrong.filter(does).map(text)).toEqual([]);
  });

  it('comes, in clear and in phase 2, to no more than what was said before', () => {
    const clear = cells.filter(({ scene, how }) => how === 'clear' && /^(quick|transaction)/.test(scene)).filter(does);
    expect(clear.filter(({ told }) => told !== 'send, message.resent').map(text)).toEqual([]);
    expect(new Set(clear.map(({ message }) => message))).toEqual(new Set(['MM2', 'MM3', 'MM4']));
  });
});
