import { expect, it } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import { returnToken, takeToken, type TokenBucket } from '../../src/base/token-bucket.ts';

const RATE = { burst: 3, perSecond: 2 };

/** How many of some that are asked for at a moment are had. */
function had(count: number, at: number, from?: TokenBucket): { readonly had: number; readonly bucket: TokenBucket } {
  let bucket = from ?? { tokens: RATE.burst, at: instant(at) };
  let taken = 0;
  for (let i = 0; i < count; i++) {
    const outcome = takeToken(RATE, i === 0 ? from : bucket, instant(at));
    bucket = outcome.bucket;
    if (outcome.taken) taken++;
  }
  return { had: taken, bucket };
}

it('a burst is had at once, then so many a second, and never more than a burst', () => {
  const first = had(10, 0);
  expect(first.had).toBe(3);
  const second = had(10, 499, first.bucket);
  expect(second.had).toBe(0);
  const third = had(10, 500, second.bucket);
  expect(third.had).toBe(1);
  const fourth = had(10, 1500, third.bucket);
  expect(fourth.had).toBe(2);
  expect(had(10, 1_000_000, fourth.bucket).had).toBe(3);
});

it('one that is given back can be had again, and makes no more than a burst', () => {
  const { bucket } = had(3, 0);
  expect(had(10, 0, returnToken(RATE, bucket)).had).toBe(1);
  expect(returnToken(RATE, { tokens: 3, at: instant(0) })).toEqual({ tokens: 3, at: 0 });
});
