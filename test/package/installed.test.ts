import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inProject, readInProject } from '../project.ts';
import { installed, output, type Installed } from './installed.ts';

/** Compiler, bundler and npm, on a machine that may be busy with other tests. */
const LIMIT_MS = 120_000;

let user: Installed;

beforeAll(async () => {
  user = await installed();
}, LIMIT_MS);
afterAll(() => user?.remove());

const { version } = JSON.parse(readInProject('package.json')) as { readonly version: string };
const inPackage = (path: string): string => join(user.project, 'node_modules/sallyport', path);
const node = (program: string, ...options: readonly string[]): string =>
  output(user.project, process.execPath, ...options, '--input-type=module', '--eval', program).trim();
const command = (...args: readonly string[]): string =>
  output(user.project, join(user.project, 'node_modules/.bin/sallyport'), ...args).trim();

test('the archive holds what is built and what is to be read, and nothing else', () => {
  const built = user.files.filter((path) => /^dist\/[\w/-]+\.(js|js\.map|d\.ts)$|^drills\/[\w-]+\.yaml$/.test(path));
  expect(user.files.filter((path) => !built.includes(path)).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'package.json',
  ]);
  expect(built).toContain('dist/esp-worker.js');
});

test('every entry point can be imported, and a class is the same one in all of them', () => {
  const program = `
    import * as gateway from 'sallyport';
    import * as wire from 'sallyport/wire';
    import * as core from 'sallyport/core';
    import * as sim from 'sallyport/sim';
    import * as drill from 'sallyport/drill';
    import * as client from 'sallyport/client';
    const errors = new Set([gateway.IkeError, wire.IkeError, core.IkeError]);
    console.log(errors.size, typeof gateway.Gateway, typeof core.IkeEndpoint, typeof sim.World, drill.catalogue().length > 20, typeof client.ControlClient);`;
  expect(node(program)).toBe('1 function function function true function');
});

test('nothing else of the package can be imported', () => {
  expect(node(`await import('sallyport/dist/base.js').catch(({ code }) => console.log(code));`)).toBe(
    'ERR_PACKAGE_PATH_NOT_EXPORTED',
  );
});

test('the command runs, with the packages that it loads when it needs them', () => {
  expect(command('--version')).toBe(version);
  const example = readInProject('examples/gateway.yaml').replace('{ env: PLANT_PSK }', 'a key that stands in the file');
  writeFileSync(join(user.project, 'plant.yaml'), example);
  expect(command('check', 'plant.yaml').split('\n')[0]).toBe(
    'plant.yaml: good: gateway plant-7, 1 connection, 1 tunnel',
  );
});

test('a program compiles against the declarations, their own insides checked as well', () => {
  const program = `
    import { Gateway, IkeError, parseConfig, type GatewayConfig, type GatewayEvent } from 'sallyport';
    import { readHeader, type IsakmpHeader } from 'sallyport/wire';
    import { IkeEndpoint, type Effect } from 'sallyport/core';
    import { World, type Host } from 'sallyport/sim';
    const config: GatewayConfig = parseConfig('');
    export const gateway = new Gateway(config);
    export const header: IsakmpHeader = readHeader(new Uint8Array(28));
    export const all = [IkeError, IkeEndpoint, World];
    export type Told = GatewayEvent | Effect | Host;`;
  writeFileSync(join(user.project, 'program.ts'), program);
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'false', '--noEmit'];
  const tsc = inProject('node_modules/typescript/bin/tsc');
  expect(output(user.project, process.execPath, tsc, ...options, 'program.ts')).toBe('');
});

test('stack traces name the sources, where source maps are on', () => {
  const program = `
    import { readHeader } from 'sallyport/wire';
    try { readHeader(new Uint8Array(3)); } catch ({ stack }) { console.log(stack); }`;
  expect(node(program, '--enable-source-maps')).toMatch(/at readHeader \(.*\/src\/ike\/wire\/header\.ts:\d+:\d+\)/);
});

/** What an import of a built file loads at once: other built files, packages, modules of Node. */
function loadedAtOnce(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.js')) return seen;
  const { module } = parseSync(file, readFileSync(inPackage(`dist/${file}`), 'utf8'));
  for (const { moduleRequest } of module.staticImports) {
    loadedAtOnce(moduleRequest.value.replace(/^\.\//, ''), seen);
  }
  return seen;
}

test.each([
  ['index', []],
  ['wire', []],
  ['core', []],
  ['sim', []],
  ['drill', []],
  ['client', []],
  ['esp-worker', []],
  ['sallyport', ['commander']],
])('%s loads few files at once, and no package before it is needed', (entry, packages) => {
  const loaded = [...loadedAtOnce(`${entry}.js`)];
  expect(loaded.filter((name) => !name.endsWith('.js') && !name.startsWith('node:'))).toEqual(packages);
  expect(loaded.filter((name) => name.endsWith('.js')).length).toBeLessThanOrEqual(11);
});
