import { describe, expect, test } from 'vitest';
import { PAYLOAD } from '../../../src/ike/wire/numbers.ts';
import { PAYLOADS, registeredName } from '../../../src/ike/wire/registry.ts';

describe('the registry of payloads', () => {
  test('has a row for every payload number but those that stand in no chain of their own', () => {
    const without = Object.entries(PAYLOAD)
      .filter(([, type]) => registeredName(type) === undefined)
      .map(([name]) => name);
    expect(without).toEqual(['NONE', 'PROPOSAL', 'TRANSFORM']);
  });

  test('gives no number to two payloads', () => {
    const types = Object.values(PAYLOADS).flatMap((row) => row.types);
    expect(new Set(types).size).toBe(types.length);
  });
});
