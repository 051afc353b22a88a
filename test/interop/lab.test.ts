import { expect, test } from 'vitest';
import { agreementOfCharon, algorithms, mirrored } from '../lab/agreement.ts';
import { agreed, CELLS } from '../lab/cells.ts';
import { inLab } from '../lab/lab.ts';
import { charonSettings, hiddenPlace, lineOf } from '../lab/pair.ts';
import { ping } from '../lab/ping.ts';
import { lineTitle } from '../lab/report.ts';
import { until } from '../lab/until.ts';

/** Every cell with a charon in our place: what fails here is no matter of ours. */
test.each(CELLS.map((cell) => [lineTitle(lineOf(cell)), cell] as const))('the lab itself: %s', async (_, cell) => {
  await inLab(async (lab) => {
    const network = await lab.network(hiddenPlace(cell));
    const left = await lab.charon(network.left, charonSettings(cell, network, 'left'));
    const right = await lab.charon(network.right, charonSettings(cell, network, 'right'));
    const [initiator, responder] = cell.we === 'initiator' ? [left, right] : [right, left];
    expect(await initiator.initiate()).toMatchObject({ status: 0 });
    // Nothing answers the third message of Quick Mode, and with a long group the responder is still computing when it comes.
    await until('the responder to have the tunnel', async () => {
      const children = (await responder.sas()).flatMap((sa) => sa.children);
      return children.some(({ state }) => state === 'INSTALLED') ? true : undefined;
    });
    expect(await ping(network.left, network.right)).toEqual({ sent: 3, received: 3 });
    expect(await ping(network.right, network.left)).toEqual({ sent: 3, received: 3 });

    const agreement = agreementOfCharon(await left.sas());
    expect(agreement).toMatchObject({
      ...algorithms(agreed(cell)),
      initiator: cell.we === 'initiator',
      encapsulated: true,
    });
    expect(agreementOfCharon(await right.sas())).toEqual(mirrored(agreement));
  });
});
