import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { portableProvider } from '../../src/crypto/portable.ts';
import * as core from '../../src/core.ts';
import * as main from '../../src/index.ts';

const require_ = createRequire(import.meta.url);
const loaded = (): string[] =>
  ['node-forge', 'tweetnacl', 'bigint-crypto-utils'].filter((name) => require_.resolve(name) in require_.cache);

test('its libraries are loaded when they are first needed, each for what it does', () => {
  expect([typeof main.Gateway, core.portableProvider]).toEqual(['function', portableProvider]);
  expect(loaded()).toEqual([]);
  portableProvider.hash('sha256', new Uint8Array());
  expect(loaded()).toEqual(['node-forge']);
  portableProvider.publicValue('x25519', new Uint8Array(32).fill(1));
  expect(loaded()).toEqual(['node-forge', 'tweetnacl']);
  portableProvider.publicValue('modp768', Uint8Array.of(2));
  expect(loaded()).toEqual(['node-forge', 'tweetnacl', 'bigint-crypto-utils']);
});
