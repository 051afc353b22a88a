// @ts-check
// npm run build: dist anew, so that nothing is published of a file that src has no more: declarations by tsc, then the code.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';
import { run } from './run.mjs';

const LIMIT = 120_000;
const at = (/** @type {string} */ path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

rmSync(at('dist'), { recursive: true, force: true });
const tsc = [process.execPath, at('node_modules/typescript/bin/tsc'), '-p', at('tsconfig.build.json')];
const { status } = await run(tsc, { limit: LIMIT });
if (status === 0) await bundle('dist');
process.exitCode = status;
