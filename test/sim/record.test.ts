import { describe, expect, it } from 'vitest';
import { milliseconds, seconds } from '../../src/base/instant.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { parseRecording, type Recording, recordingText, replay } from '../../src/sim/record.ts';
import { BAD_LINK } from './bad-link.ts';
import { keepBusy, twoGateways } from './two-gateways.ts';

/** Both ends of a run with loss, a renegotiation and a termination. */
function recordings(): Recording[] {
  const both = { ipsecLifetime: seconds(100), host: { record: true, jobDelay: milliseconds(20) } };
  const { world, a, b } = twoGateways('recorded', BAD_LINK, { both });
  a.initiate('link');
  keepBusy(world, a);
  world.run(seconds(300));
  a.terminate('link');
  world.run(seconds(10));
  return [a, b].map((host) => {
    if (host.recording === undefined) throw new Error('nothing was recorded');
    return host.recording;
  });
}

describe('a recording', () => {
  it('has every call, and the same calls have the same effects again', () => {
    for (const recording of recordings()) {
      const kinds = new Set(recording.calls.map(({ input }) => input.type));
      expect(['receive', 'complete', 'tick', 'esp'].every((kind) => kinds.has(kind as never))).toBe(true);
      expect(replay(recording, nativeProvider)).toBeUndefined();
    }
  });

  it('is text that reads back to the same', () => {
    for (const recording of recordings()) {
      const read = parseRecording(recordingText(recording));
      expect(recordingText(read)).toBe(recordingText(recording));
      expect(replay(read, nativeProvider)).toBeUndefined();
    }
  });

  it('says which call had other effects', () => {
    const [recording] = recordings();
    if (recording === undefined) throw new Error('nothing was recorded');
    const missing = recording.calls.findIndex(({ input, effects }) => input.type === 'receive' && effects !== '[]');
    const without = recording.calls.filter((_, i) => i !== missing);
    const difference = replay({ ...recording, calls: without }, nativeProvider);
    expect(difference?.call).toBeGreaterThanOrEqual(missing);
    expect(difference?.replayed).not.toBe(difference?.recorded);
    expect(replay({ ...recording, seed: 'another' }, nativeProvider)?.call).toBe(0);
  });

  it('is refused where there is none', () => {
    expect(() => parseRecording('\n')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
