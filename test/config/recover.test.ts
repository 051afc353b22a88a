import { expect, test } from 'vitest';
import { withoutFaults } from '../../src/config/recover.ts';

const data = {
  gateway: { name: 'a b', ports: { ike: -1, natt: 4500 } },
  extra: 1,
  connections: [
    { name: 'a', tunnels: [{ name: 't' }] },
    { name: 'b', tunnels: [{ name: 't', bad: 0 }] },
    { name: 'c', tunnels: [{ name: 't' }, { name: 'u', unknown: 1 }] },
  ],
};

test('without a fault nothing is left out', () => {
  const rest = withoutFaults(data, []);
  expect(rest.data).toEqual(data);
  expect(rest.original(['connections', 2, 'name'])).toEqual(['connections', 2, 'name']);
  expect(rest.incomplete([])).toBe(false);
});

test('unknown keys, faulty values and list elements with faults are left out, and places are still told', () => {
  const rest = withoutFaults(data, [
    { code: 'custom', path: ['gateway', 'name'] },
    { code: 'too_small', path: ['gateway', 'ports', 'ike'] },
    { code: 'unrecognized_keys', path: [], keys: ['extra'] },
    { code: 'custom', path: ['connections', 1, 'tunnels', 0, 'bad'] },
    { code: 'unrecognized_keys', path: ['connections', 2, 'tunnels', 1], keys: ['unknown'] },
  ]);
  expect(rest.data).toEqual({
    gateway: { ports: { natt: 4500 } },
    connections: [
      { name: 'a', tunnels: [{ name: 't' }] },
      { name: 'c', tunnels: [{ name: 't' }, { name: 'u' }] },
    ],
  });
  expect(rest.original(['connections', 1, 'tunnels', 1, 'name'])).toEqual(['connections', 2, 'tunnels', 1, 'name']);
  expect(rest.incomplete(['connections'])).toBe(true);
  expect(rest.incomplete(['credentials'])).toBe(false);
});

test('unknown keys alone leave a part complete', () => {
  const rest = withoutFaults(data, [{ code: 'unrecognized_keys', path: ['connections', 0], keys: ['x'] }]);
  expect(rest.incomplete(['connections'])).toBe(false);
});

test('of something that is no mapping at all, nothing is left', () => {
  expect(withoutFaults('text', [{ code: 'invalid_type', path: [] }]).data).toEqual({});
});
