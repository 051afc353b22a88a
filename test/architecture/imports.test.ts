import { expect, test } from 'vitest';
import { readInProject } from '../project.ts';
import { cycles, forbiddenImports, misplacedGlobals, misplacedPackages } from './imports.ts';
import { parseSource, sourceFiles } from './source.ts';
import { architecture } from './tables.ts';

const rules = architecture();
const files = sourceFiles();
const forbidden = (path: string, text: string): string[] => forbiddenImports([parseSource(path, text)], rules.imports);
const misplaced = (path: string, text: string): string[] =>
  misplacedPackages([parseSource(path, text)], rules.packages);
const globals = (path: string, text: string): string[] => misplacedGlobals([parseSource(path, text)], rules.globals);

test('every import is one that docs/architecture.md allows', () => {
  expect(files.length).toBeGreaterThan(0);
  expect(forbiddenImports(files, rules.imports)).toEqual([]);
});

test.each([
  ['base/bytes.ts', `import { x } from '../crypto/prf.ts';`, ['base/bytes.ts: base may not import crypto/prf.ts']],
  ['ike/wire/sa.ts', `import { x } from '../effects.ts';`, ['ike/wire/sa.ts: ike/wire may not import ike/effects.ts']],
  ['ike/endpoint.ts', `import { x } from '../esp/sa.ts';`, ['ike/endpoint.ts: ike may not import esp/sa.ts']],
  [
    'natt/nat-d.ts',
    `import { x } from '../crypto/prf.ts';`,
    ['natt/nat-d.ts: natt may import only types from crypto/prf.ts'],
  ],
  ['natt/nat-d.ts', `import { type X } from '../crypto/prf.ts';`, []],
  ['natt/nat-d.ts', `import type { X } from '../crypto/prf.ts';`, []],
  [
    'esp/backend.ts',
    `import { x } from './xfrm/netlink.ts';`,
    ['esp/backend.ts: esp may not import esp/xfrm/netlink.ts'],
  ],
  [
    'esp/xfrm/sa.ts',
    `import { x } from '../userspace/iv.ts';`,
    ['esp/xfrm/sa.ts: esp/xfrm may not import esp/userspace/iv.ts'],
  ],
  ['esp/xfrm/sa.ts', `import { x } from '../sa.ts';`, []],
  ['gateway/driver.ts', `import { x } from '../esp/xfrm/netlink.ts';`, []],
  ['gateway/driver.ts', `import { x } from '../cli/run.ts';`, ['gateway/driver.ts: gateway may not import cli/run.ts']],
  ['dpd/liveness.ts', `export { x } from '../ike/effects.ts';`, ['dpd/liveness.ts: dpd may not import ike/effects.ts']],
  [
    'dpd/liveness.ts',
    `const x = await import('../ike/effects.ts');`,
    ['dpd/liveness.ts: dpd may not import ike/effects.ts'],
  ],
  [
    'sim/host.ts',
    `import { x } from '../../test/lab.ts';`,
    ['sim/host.ts: imports ../test/lab.ts, which is not below src'],
  ],
  ['attic/old.ts', `export const x = 1;`, ['attic/old.ts: no row of the table speaks for it']],
])('an import that breaks the table is found: %s %s', (path, text, expected) => {
  expect(forbidden(path, text)).toEqual(expected);
});

test('packages and built-in modules stay in their rooms', () => {
  expect(misplacedPackages(files, rules.packages)).toEqual([]);
});

test('every package has a room, and every room is for a package that is there', () => {
  const { dependencies } = JSON.parse(readInProject('package.json')) as { dependencies: Record<string, string> };
  const named = rules.packages.flatMap(({ names }) => names).filter((name) => !name.startsWith('node:'));
  expect(named.sort()).toEqual(Object.keys(dependencies).sort());
});

// knip does not see what is loaded by createRequire, so it is told to ignore those packages.
test('every package is imported somewhere', () => {
  const { dependencies } = JSON.parse(readInProject('package.json')) as { dependencies: Record<string, string> };
  const imported = new Set(files.flatMap(({ imports }) => imports.map(({ target }) => target)));
  expect(Object.keys(dependencies).filter((name) => !imported.has(name))).toEqual([]);
});

test.each([
  ['ike/endpoint.ts', `import { createHash } from 'node:crypto';`, ['ike/endpoint.ts: node:crypto has no place here']],
  ['crypto/native-ecp.ts', `import { createECDH } from 'node:crypto';`, []],
  ['gateway/gateway.ts', `import koffi from 'koffi';`, ['gateway/gateway.ts: koffi has no place here']],
  ['config/schema.ts', `import { z } from 'zod/v4';`, []],
  ['status/api.ts', `import { z } from 'zod/v4';`, []],
  ['natt/api.ts', `import { z } from 'zod/v4';`, ['natt/api.ts: zod has no place here']],
  [
    'sim/host.ts',
    `import { setTimeout } from 'node:timers/promises';`,
    ['sim/host.ts: node:timers/promises has no place here'],
  ],
  ['sim/host.ts', `const yaml = createRequire(import.meta.url)('yaml');`, ['sim/host.ts: yaml has no place here']],
  ['sim/host.ts', `const load = createRequire(url); load('yaml');`, ['sim/host.ts: yaml has no place here']],
  ['sim/host.ts', `const address = requireIpAddress('192.0.2.1');`, []],
  ['sim/host.ts', `import type { X } from 'lodash';`, ['sim/host.ts: lodash has no place here']],
  ['cli/run.ts', `import { parseArgs } from 'node:util';`, []],
])('a package out of its room is found: %s %s', (path, text, expected) => {
  expect(misplaced(path, text)).toEqual(expected);
});

test('no clock, timer, process or randomness of its own below the gateway', () => {
  expect(misplacedGlobals(files, rules.globals)).toEqual([]);
});

test.each([
  ['ike/endpoint.ts', 'const now = Date.now();', ['ike/endpoint.ts: Date has no place here']],
  ['ike/endpoint.ts', 'setTimeout(() => 0, 1);', ['ike/endpoint.ts: setTimeout has no place here']],
  ['sim/host.ts', 'const x = Math.random();', ['sim/host.ts: Math.random has no place here']],
  ['config/secret.ts', 'const x = process.env.KEY;', ['config/secret.ts: process has no place here']],
  ['config/secret.ts', 'const x = globalThis.process;', ['config/secret.ts: globalThis has no place here']],
  ['config/secret.ts', 'const x = { process };', ['config/secret.ts: process has no place here']],
  ['ike/keys/keymat.ts', 'const x = crypto.getRandomValues(a);', ['ike/keys/keymat.ts: crypto has no place here']],
  ['ike/keys/keymat.ts', 'const f = (crypto: CryptoProvider) => crypto.hash(a);', []],
  ['ike/keys/keymat.ts', '/* no Date here */ const text = "process", x = a.Date, o = { console: 1 };', []],
  ['esp/userspace/worker.ts', 'setTimeout(() => 0, 1);', []],
  ['esp/userspace/packet.ts', 'setTimeout(() => 0, 1);', ['esp/userspace/packet.ts: setTimeout has no place here']],
])('a global out of its place is found: %s %s', (path, text, expected) => {
  expect(globals(path, text)).toEqual(expected);
});

test('no files import each other in a ring', () => {
  expect(cycles(files)).toEqual([]);
});

test('a ring is found, one of types is none', () => {
  const ring = (third: string) => [
    parseSource('ike/a.ts', `import { b } from './b.ts';`),
    parseSource('ike/b.ts', `import { c } from './c.ts';`),
    parseSource('ike/c.ts', third),
  ];
  expect(cycles(ring(`import { a } from './a.ts';`))).toEqual(['ike/a.ts → ike/b.ts → ike/c.ts → ike/a.ts']);
  expect(cycles(ring(`import type { a } from './a.ts';`))).toEqual([]);
});
