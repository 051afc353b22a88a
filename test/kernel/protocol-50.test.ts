import { expect } from 'vitest';
import { agreementOfCharon, algorithms, mirrored } from '../lab/agreement.ts';
import { agreed, type Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, establish, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const CELLS: readonly Cell[] = [
  {
    name: 'protocol 50',
    we: 'initiator',
    phase1: ['aes128-sha256-ecp256'],
    phase2: ['aes128gcm16-ecp256'],
    nat: 'none',
    charonEsp: 'kernel',
  },
  {
    name: 'protocol 50',
    we: 'responder',
    phase1: ['aes256-sha256-modp2048'],
    phase2: ['aes256-sha256'],
    nat: 'none',
    charonEsp: 'kernel',
  },
  {
    name: 'UDP to a kernel',
    we: 'initiator',
    phase1: ['aes128-sha256-x25519'],
    phase2: ['aes128-sha1'],
    nat: 'before us',
    charonEsp: 'kernel',
  },
];

/** charon's ESP is the kernel's here; ours is in user space, with a raw socket where there is no NAT. */
for (const cell of CELLS) {
  interopTest(lineOf(cell), async (lab) => {
    const pair = await buildPair(lab, cell);
    const { network, we, charon } = pair;
    await establish(cell, pair);
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });

    const charons = agreementOfCharon(await charon.sas());
    expect(charons).toMatchObject({ ...algorithms(agreed(cell)), encapsulated: cell.nat !== 'none' });
    expect(await we.agreement()).toEqual(mirrored(charons));
  });
}
