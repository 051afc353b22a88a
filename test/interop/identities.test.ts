import { expect } from 'vitest';
import type { Cell } from '../lab/cells.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, play } from '../lab/pair.ts';

/** Names of both sides, ours first, in our notation and in strongSwan's where it has another. */
interface Kind {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly asStrongSwan?: readonly [ours: string, theirs: string];
}

const KINDS: readonly Kind[] = [
  { what: 'USER_FQDN', ours: 'sallyport@example.org', theirs: 'charon@example.org' },
  { what: 'distinguished names', ours: 'C=CH, O=Lab, CN=sallyport', theirs: 'C=CH, O=Lab, CN=charon' },
  { what: 'KEY_ID of text', ours: 'keyid:sally-port', theirs: 'keyid:charon' },
  {
    what: 'KEY_ID in hexadecimal',
    ours: '#5a11e9ff',
    theirs: '#00c4a2',
    asStrongSwan: ['@#5a11e9ff', '@#00c4a2'],
  },
];

const SUITES = { phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'], nat: 'none' } as const;

for (const { what, ours, theirs, asStrongSwan } of KINDS) {
  for (const we of ['initiator', 'responder'] as const) {
    const cell: Cell = { name: `keys for identities: ${what}`, we, ...SUITES };
    interopTest(lineOf(cell), async (lab) => {
      const [left, right] = asStrongSwan ?? [ours, theirs];
      const pair = await buildPair(lab, cell, {
        ours: { localId: ours, remoteId: theirs },
        charons: { localId: right, remoteId: left },
      });
      await play(cell, pair);
      expect(pair.we.log()).not.toContain('failed');
    });
  }
}
