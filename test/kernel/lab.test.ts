import { expect, test } from 'vitest';
import { agreementOfCharon, algorithms, mirrored } from '../lab/agreement.ts';
import type { Cell } from '../lab/cells.ts';
import { inLab } from '../lab/lab.ts';
import { charonSettings, hiddenPlace } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] } as const;

/** Here the kernel does charon's ESP, so that it is protocol 50 where there is no NAT. */
test.each(['none', 'before us'] as const)('the lab itself: two kernels and their charons, NAT %s', async (nat) => {
  const cell: Cell = { name: 'kernel', we: 'initiator', ...SUITES, nat, charonEsp: 'kernel' };
  await inLab(async (lab) => {
    const network = await lab.network(hiddenPlace(cell));
    const left = await lab.charon(network.left, charonSettings(cell, network, 'left'));
    const right = await lab.charon(network.right, charonSettings(cell, network, 'right'));
    expect(await left.initiate()).toMatchObject({ status: 0 });
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });

    const agreement = agreementOfCharon(await left.sas());
    expect(agreement).toMatchObject({
      ...algorithms({ phase1: SUITES.phase1[0], phase2: SUITES.phase2[0] }),
      encapsulated: nat !== 'none',
    });
    expect(agreementOfCharon(await right.sas())).toEqual(mirrored(agreement));
  });
});
