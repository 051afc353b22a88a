import { describe, expect, it } from 'vitest';
import { concat } from '../../src/base/bytes.ts';
import { viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { authenticRung, behindHash, type Content, sealedRung } from '../robustness/forged.ts';
import { Ladder, type Rung } from '../robustness/ladder.ts';
import { Scene } from '../robustness/scene.ts';

const ladder = Ladder.of({});

/** What a message says without its nonce, which its rule asks for. */
function withoutNonce(rung: Rung): Content {
  const { firstType, plaintext } = behindHash(rung);
  const { payloads } = viewPayloads(firstType, plaintext);
  return { firstType, plaintext: writeChain(payloads.filter(({ type }) => type !== PAYLOAD.NONCE)) };
}
/** The same, with a HASH in front that nobody made with the keys. */
function unproved(rung: Rung): ReturnType<typeof sealedRung> {
  const { firstType, plaintext } = withoutNonce(rung);
  const front = concat(Uint8Array.of(firstType, 0, 0, 36), new Uint8Array(32));
  return sealedRung(rung, { firstType: PAYLOAD.HASH, plaintext: concat(front, plaintext) });
}
const notifies = (scene: Scene): string[] => scene.peer.named('peer.notify').map(({ notify }) => notify);

describe('a Quick Mode message that breaks the rule of its payloads', () => {
  it('ends the exchange of a responder that sees HASH(1) right, and the peer is told at once (RFC 2408 §5.1)', () => {
    const scene = Scene.at({ machine: 'quickModeResponder', state: 'awaiting-offer' });
    scene.send(authenticRung(ladder, ladder.rung('QM1'), withoutNonce(ladder.rung('QM1'))));
    const [failed] = scene.victim.named('phase2.failed');
    expect(failed?.failure.code).toBe('PAYLOAD_MALFORMED');
    expect(failed?.failure.details).toEqual({ missing: 'nonce', message: 'quick-mode-1' });
    expect(scene.victim.connection().negotiations.size).toBe(0);
    scene.queue.shift(); // The genuine one, which is not what this peer means.
    scene.finish();
    expect(notifies(scene)).toEqual(['PAYLOAD-MALFORMED']);
    expect(scene.isUp('standing')).toBe(true);
  });

  it('ends the exchange of an initiator that sees HASH(2) right: its SPI goes back, the peer is told, another attempt follows', () => {
    const scene = Scene.at({ machine: 'quickModeInitiator', state: 'awaiting-answer' });
    while (scene.sent.length < 8) scene.step();
    scene.queue.length = 0;
    scene.send(authenticRung(ladder, ladder.rung('QM2'), withoutNonce(ladder.rung('QM2'))));
    expect(scene.victim.named('phase2.failed').map(({ failure }) => failure.code)).toEqual(['PAYLOAD_MALFORMED']);
    expect(scene.victim.removed.map(({ type }) => type)).toEqual(['release-spi']);
    scene.finish();
    expect(notifies(scene)).toEqual(['PAYLOAD-MALFORMED']);
    scene.mend();
    expect(scene.isUp()).toBe(true);
  });

  it.each([
    ['quickModeResponder', 'awaiting-offer', 'QM1'],
    ['quickModeInitiator', 'awaiting-answer', 'QM2'],
  ] as const)('is dropped by a %s whose HASH is not right, and the genuine one is taken', (machine, state, name) => {
    const scene = Scene.at({ machine, state });
    scene.send(unproved(ladder.rung(name)));
    expect(scene.victim.drops).toEqual(['undecryptable']);
    scene.finish();
    expect(scene.isUp()).toBe(true);
    expect(scene.pair.sides.flatMap((side) => side.named('phase2.failed'))).toEqual([]);
  });

  it('is not answered with what the peer itself has said', () => {
    const scene = Scene.at({ machine: 'quickModeInitiator', state: 'failed', refused: true });
    scene.finish();
    expect(notifies(scene)).toEqual([]);
    expect(scene.victim.named('peer.notify').map(({ notify }) => notify)).toEqual(['INVALID-ID-INFORMATION']);
  });
});
