import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundle } from '../../scripts/bundle.mjs';
import { inProject, readInProject } from '../project.ts';
import { addresses, configOf, KEY, ports, told } from './pair.ts';

/** The example and the package that it imports, both built, as in a user's project. */
async function built(source: string): Promise<string> {
  const folder = inProject(`.cache/embed-${ports.ike}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/embed.ts`, source);
  copyFileSync(inProject('package.json'), `${folder}/package.json`);
  await bundle(`${folder}/dist`);
  await bundle(`${folder}/example`, { embed: `${folder}/embed.ts` });
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
  const folder = await built(source);
  const hq = told(configOf(ends.hq, plant));
  await hq.gateway.start();
  try {
    const program = spawn(process.execPath, [`${folder}/example/embed.js`], { env: { PLANT_PSK: KEY } });
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
