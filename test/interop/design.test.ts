import { labAuthorities, under } from '../lab/certificates.ts';
import { DESIGN, type DesignCell, smokeOf } from '../lab/design.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type PairChanges, play } from '../lab/pair.ts';

const ALICE = { name: 'alice', secret: 'down the rabbit hole' };

async function changesOf({ proof: given, we }: DesignCell): Promise<PairChanges> {
  const [exchange, proof, users] = given.split(', ');
  const aggressive = exchange === 'aggressive';
  const ours = { exchange: aggressive ? 'aggressive' : 'main' } as const;
  const charons = { aggressive: aggressive ? 'yes' : 'no' } as const;
  const asked =
    we === 'initiator'
      ? { ours: { user: ALICE.name }, charons: { user: { side: 'remote', ...ALICE } } as const }
      : { ours: { users: [ALICE.name] }, charons: { user: { side: 'local', ...ALICE } } as const };
  const { ours: ourUser, charons: charonsUser } = users === undefined ? { ours: {}, charons: {} } : asked;
  const ourSide = { ...ours, ...ourUser, ...(users === undefined ? {} : { accounts: [ALICE] }) };
  const charonsSide = { ...charons, ...charonsUser };
  if (proof !== 'rsa2048' && proof !== 'p256' && proof !== 'p384') return { ours: ourSide, charons: charonsSide };
  const authorities = await labAuthorities(proof);
  return {
    ours: { ...ourSide, credentials: under(authorities, authorities.ours) },
    charons: { ...charonsSide, credentials: under(authorities, authorities.theirs) },
  };
}

for (const cell of process.env['SALLYPORT_LONG'] === undefined ? smokeOf(DESIGN) : DESIGN) {
  interopTest(lineOf(cell), async (lab) => play(cell, await buildPair(lab, cell, await changesOf(cell))));
}
