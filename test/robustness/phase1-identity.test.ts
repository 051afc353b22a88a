import { describe, expect, it } from 'vitest';
import { concat, toHex } from '../../src/base/bytes.ts';
import { viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { Ladder } from './ladder.ts';
import { Stage } from './stage.ts';
import { act } from './step.ts';

const WAITING = {
  MM5: { machine: 'mainModeResponder', state: 'awaiting-auth' },
  MM6: { machine: 'mainModeInitiator', state: 'awaiting-auth' },
} as const;
type Last = keyof typeof WAITING;

const payloadsOf = (name: Last) => {
  const { header, plaintext } = Ladder.of({}).rung(name);
  return viewPayloads(header.nextPayload, plaintext).payloads;
};

describe('protocol and port of an identity of phase 1 (RFC 2407 §4.6.2)', () => {
  it.each(['MM5', 'MM6'] as const)('are zero in ours: %s', (name) => {
    expect(
      payloadsOf(name).flatMap(({ type, body }) => (type === PAYLOAD.ID ? [toHex(body.slice(1, 4))] : [])),
    ).toEqual(['000000']);
  });

  it.each([
    [0, 0],
    [17, 500],
    [17, 0],
    [17, 4500],
    [0, 500],
    [6, 22],
    [255, 65_535],
  ])('are not looked at in a peer’s: %i/%i', (protocol, port) => {
    for (const name of ['MM5', 'MM6'] as const) {
      const chain = payloadsOf(name).map((one) =>
        one.type === PAYLOAD.ID
          ? {
              ...one,
              body: concat(one.body.subarray(0, 1), Uint8Array.of(protocol, port >>> 8, port), one.body.subarray(4)),
            }
          : one,
      );
      const stage = new Stage(WAITING[name]);
      const content = { firstType: chain[0]?.type ?? PAYLOAD.NONE, plaintext: writeChain(chain) };
      const told = act(stage, { op: 'authentic', rung: name, content });
      const names = told.flatMap((effect) => (effect.type === 'event' ? [effect.event.name] : []));
      expect([name, names.includes('phase1.established')]).toEqual([name, true]);
      stage.finish();
    }
  });
});
