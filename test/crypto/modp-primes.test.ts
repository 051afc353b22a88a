import { isProbablyPrime } from 'bigint-crypto-utils';
import { createDiffieHellmanGroup } from 'node:crypto';
import { expect, test } from 'vitest';
import { GROUPS } from '../../src/crypto/groups.ts';
import { modpPrime } from '../../src/crypto/modp-primes.ts';
import { MODP_NAMES, rfcPrime, toNumber } from './slow-modp.ts';

const NODE_NAMES = ['modp1', 'modp2', 'modp5', 'modp14', 'modp15', 'modp16', 'modp17', 'modp18'];

test.each(MODP_NAMES)(
  '%s computed from pi is the number that RFC 2409 §6 or RFC 3526 prints, and that node has',
  (group) => {
    expect(modpPrime(group)).toBe(rfcPrime(group));
    const ofNode = createDiffieHellmanGroup(NODE_NAMES[MODP_NAMES.indexOf(group)] ?? '').getPrime();
    expect(toNumber(ofNode)).toBe(rfcPrime(group));
    expect(ofNode.length).toBe(GROUPS[group].publicBytes);
  },
);

// The longer ones take minutes in JavaScript.
test.each(MODP_NAMES.slice(0, 5))('%s is a safe prime', async (group) => {
  const prime = modpPrime(group);
  expect(await isProbablyPrime(prime, 4, true)).toBe(true);
  expect(await isProbablyPrime(prime >> 1n, 4, true)).toBe(true);
});
