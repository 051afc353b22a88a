import { expect } from 'vitest';
import { ControlError } from '../../src/client/control-client.ts';
import type { Cell } from './cells.ts';
import type { Pair } from './pair.ts';
import type { OurView } from './sallyport-view.ts';
import { until } from './until.ts';

/** Begins, sees it fail on the side that began, and gives what our status says. Neither side has come to have a tunnel. */
export async function refused(cell: Pick<Cell, 'we'>, { we, charon }: Pair): Promise<OurView> {
  if (cell.we === 'initiator') await expect(we.up()).rejects.toThrow(ControlError);
  else expect(await charon.initiate()).toMatchObject({ status: 1 });
  const view = await until('our status to tell the failure', () =>
    we.viewWhere(({ failure }) => failure !== undefined),
  );
  expect(view.failure?.advice).toMatch(/\w/);
  expect(view.agreement).toBeUndefined();
  expect((await charon.sas()).flatMap(({ children }) => children)).toEqual([]);
  return view;
}
