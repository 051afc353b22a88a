import { describe, expect, it } from 'vitest';
import { seconds } from '../../src/base/instant.ts';
import { policyBy, type ProfileName } from '../../src/dpd/profiles.ts';
import { watch } from './silent-peer.ts';

const D = 30;
const T = 150;
const FALLS_SILENT = Array.from({ length: 121 }, (_, second) => 60 + second);
/** The last multiple of `D` up to then: of the last answer, where one is asked each `D` and answers at once. */
const turn = (second: number): number => D * Math.floor(second / D);

/** When the peer is dead, for each second at which it may fall silent; `espToo`: its ESP comes until then. */
function verdicts(name: ProfileName, espToo: boolean, nat = false): (number | undefined)[] {
  const policy = policyBy(name, { delay: seconds(D), ...(name === 'racoon' ? {} : { timeout: seconds(T) }) });
  return FALLS_SILENT.map(
    (silentAfter) => watch(policy, { silentAfter, nat, ...(espToo ? { espUntil: silentAfter } : {}) }).dead,
  );
}

describe('a silent peer is dead by the formula of the profile', () => {
  it('default: delay and timeout after its last sign of life, which ESP is, with and without a NAT', () => {
    expect(verdicts('default', false)).toEqual(FALLS_SILENT.map((tf) => turn(tf) + D + T));
    for (const nat of [false, true])
      expect(verdicts('default', true, nat)).toEqual(FALLS_SILENT.map((tf) => tf + D + T));
  });

  it('openswan, idle or behind a NAT: the timeout after the first turn without an answer', () => {
    const expected = FALLS_SILENT.map((tf) => turn(tf) + D + T);
    expect(verdicts('openswan', false)).toEqual(expected);
    expect(verdicts('openswan', true, true)).toEqual(expected);
  });

  it('openswan, in use without a NAT: no question at a turn with ESP less than a delay old, so up to two delays and the timeout', () => {
    // ESP that came at a turn itself is a whole delay old at the next one.
    expect(verdicts('openswan', true)).toEqual(FALLS_SILENT.map((tf) => D * Math.ceil(tf / D) + D + T));
  });

  it('charon, idle, and in use without a NAT: the timeout after the last answer, the delay being within it', () => {
    const expected = FALLS_SILENT.map((tf) => turn(tf) + T);
    expect(verdicts('charon', false)).toEqual(expected);
    expect(verdicts('charon', false, true)).toEqual(expected);
    expect(verdicts('charon', true)).toEqual(expected);
  });

  it('charon, in use behind a NAT: the timeout after the last ESP', () => {
    expect(verdicts('charon', true, true)).toEqual(FALLS_SILENT.map((tf) => tf + T));
  });

  it('charon: ESP after a question saves the peer from a verdict by that question, though it does not keep it from being asked', () => {
    // Answers end at 100 s, ESP at 310: the first question after that is the one at 330.
    const { unanswered, dead } = watch(policyBy('charon'), { silentAfter: 100, espUntil: 310 });
    expect(unanswered).toEqual([120, 150, 180, 210, 240, 270, 300, 330, 360, 390, 420]);
    expect(dead).toBe(330 + T - D);
  });

  it('racoon: five questions five seconds apart, whatever ESP comes', () => {
    const expected = FALLS_SILENT.map((tf) => turn(tf) + D + 25);
    for (const espToo of [false, true])
      for (const nat of [false, true]) expect(verdicts('racoon', espToo, nat)).toEqual(expected);
    expect(watch(policyBy('racoon'), { silentAfter: 100, espUntil: 1000 }).unanswered).toEqual([
      120, 125, 130, 135, 140,
    ]);
  });

  it('strict: delay and timeout after its last answer, whatever ESP comes', () => {
    const expected = FALLS_SILENT.map((tf) => turn(tf) + D + T);
    for (const espToo of [false, true])
      for (const nat of [false, true]) expect(verdicts('strict', espToo, nat)).toEqual(expected);
  });
});
