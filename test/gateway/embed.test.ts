import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inProject, readInProject } from '../project.ts';
import { addresses, configOf, KEY, ports, told } from './pair.ts';

/** The example compiled with the sources as a package of its own, so that it imports `sallyport` as a user's program does. */
function compiled(source: string): string {
  const folder = inProject(`.cache/embed-${ports.ike}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/examples`, { recursive: true });
  cpSync(inProject('src'), `${folder}/src`, { recursive: true });
  writeFileSync(`${folder}/examples/embed.ts`, source);
  writeFileSync(`${folder}/package.json`, JSON.stringify({ type: 'module' }));
  const { version } = JSON.parse(readInProject('package.json')) as { version: string };
  const own = { name: 'sallyport', version, type: 'module', exports: { '.': './src/index.js' } };
  mkdirSync(`${folder}/out`);
  writeFileSync(`${folder}/out/package.json`, JSON.stringify(own));
  const compilerOptions = { noEmit: false, rootDir: '.', outDir: 'out', paths: { sallyport: ['./src/index.ts'] } };
  const include = ['src', 'examples'];
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include }),
  );
  execFileSync(process.execPath, [inProject('node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'pipe' });
  return folder;
}

test('the example of examples runs as a program of its own, pings through the tunnel, and ends', async () => {
  const ends = addresses();
  const plant = { ...ends.plant, name: 'plant-7' };
  // Its addresses and ports as they are would meet another run of the tests.
  const source = readInProject('examples/embed.ts')
    .replaceAll('127.0.0.1', plant.address)
    .replaceAll('127.0.0.2', ends.hq.address)
    .replace('ike: 10500, natt: 14500', `ike: ${ports.ike}, natt: ${ports.natt}`);
  const folder = compiled(source);
  const hq = told(configOf(ends.hq, plant));
  await hq.gateway.start();
  try {
    const program = spawn(process.execPath, [`${folder}/out/examples/embed.js`], { env: { PLANT_PSK: KEY } });
    let printed = '';
    for (const stream of [program.stdout, program.stderr]) {
      stream.on('data', (text: Uint8Array) => (printed += new TextDecoder().decode(text)));
    }
    const status = await new Promise((resolve) => program.once('close', resolve));
    expect({
      status,
      lines: printed
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('message.')),
    }).toEqual({
      status: 0,
      lines: [
        'gateway.started',
        'phase1.started',
        'phase1.established',
        'nat.detected',
        'phase2.started',
        'phase2.established',
        '{ sent: 3, received: 3 }',
        'phase2.ended',
        'phase1.ended',
        'gateway.stopped',
      ],
    });
  } finally {
    await hq.gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
