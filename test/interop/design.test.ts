import { certifiedSides } from '../lab/certificates.ts';
import { DESIGN, type DesignCell, smokeOf } from '../lab/design.ts';
import { interopTest } from '../lab/interop-test.ts';
import { buildPair, lineOf, type PairChanges, play } from '../lab/pair.ts';
import { asUser, asUserAlone, together, withAddress, withAssigned } from '../lab/remote-access.ts';

async function changesOf({ proof: given, we, address }: DesignCell): Promise<PairChanges> {
  const [exchange, proof, users] = given.split(', ');
  return together(
    exchange === 'aggressive' ? { ours: { exchange }, charons: { aggressive: 'yes' } } : {},
    users === 'XAUTH' ? asUser(we) : users === 'Hybrid' ? asUserAlone(we) : {},
    address === 'its own address' ? {} : withAddress(we, address),
    proof === 'rsa2048' || proof === 'p256' || proof === 'p384' ? await certifiedSides(proof) : {},
  );
}

for (const cell of process.env['SALLYPORT_LONG'] === undefined ? smokeOf(DESIGN) : DESIGN) {
  interopTest(lineOf(cell), async (lab) => {
    const pair = await buildPair(lab, cell, await changesOf(cell));
    const { network } = pair;
    await play(cell, cell.address === 'its own address' ? pair : { ...pair, network: withAssigned(network, cell.we) });
  });
}
