import { describe, expect, it } from 'vitest';
import { type IkeErrorCode, IkeError } from '../../src/base/errors.ts';
import { instant } from '../../src/base/instant.ts';
import { Troubles } from '../../src/ike/troubles.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { policyOf } from './policies.ts';

const at = (ms: number) => instant(ms);
const fail = (troubles: Troubles, tunnel: string, code: IkeErrorCode, ms: number): void =>
  troubles.failed(2, tunnel, new IkeError(code), at(ms));

describe('the history of what went wrong', () => {
  it('keeps the last eight of each tunnel, and what is said again counts up', () => {
    const troubles = new Troubles();
    const codes = ['NO_PROPOSAL_CHOSEN', 'INVALID_ID_INFORMATION'] as const;
    fail(troubles, 'dmz', 'PEER_SILENT', 0);
    fail(troubles, 'dmz', 'PEER_SILENT', 500);
    for (let i = 1; i <= 11; i++) fail(troubles, 'lan', codes[i % 2] ?? 'PEER_SILENT', i * 1000);
    const { history } = troubles.snapshot(at(20_000));
    const seen = history.map(({ tunnel, agoMilliseconds: ago }) => `${tunnel} ${ago}`);
    expect(seen).toEqual([...[9, 10, 11, 12, 13, 14, 15, 16].map((s) => `lan ${s * 1000}`), 'dmz 19500']);
    expect(history.at(-1)).toMatchObject({ phase: 2, times: 2, agoMilliseconds: 19_500, firstAgoMilliseconds: 20_000 });
  });

  it('outlasts what mends it, and has no end that was wanted', () => {
    const pair = new PairOfEndpoints(policyOf('a', {}), policyOf('b', {}), { psks: ['one', 'another'] });
    pair.initiate();
    pair.runUntil(63_000);
    const { troubles } = pair.a.connection();
    troubles.ended(2, 'lan', 'deleted-by-peer', at(64_000));
    troubles.mended();
    troubles.ended(2, 'lan', 'command', at(65_000));
    const { lastFailure, lastEnd, history } = troubles.snapshot(at(70_000));
    expect(lastFailure).toBeUndefined();
    expect(lastEnd).toEqual({ phase: 2, tunnel: 'lan', reason: 'command', agoMilliseconds: 5000 });
    expect(history.map(({ phase, failure, ended }) => `${phase} ${failure?.code ?? ended}`)).toEqual([
      '2 deleted-by-peer',
      '1 PSK_MISMATCH_LIKELY',
    ]);
  });
});
