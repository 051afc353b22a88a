import { isOurs, type PolicyTable } from './policy-table.ts';
import { isOurReqid } from './reqids.ts';
import type { XfrmNetlink } from './xfrm-netlink.ts';

/**
 * Puts in order what a gateway that was killed has left in the kernel: its policies block, each by an update in place, and then its
 * states go. What is not ours stays as it is.
 *
 * Returns the reqids that are in use for some seconds more: a larval state without an SPI cannot be taken away, and as long as it stands
 * the kernel asks for no other.
 */
export function takeOver(
  kernel: Pick<XfrmNetlink, 'policies' | 'states' | 'deleteState'>,
  table: PolicyTable,
): ReadonlySet<number> {
  table.adopt(kernel.policies().filter(isOurs));
  const states = kernel.states().filter(({ reqid }) => isOurReqid(reqid));
  for (const state of states) kernel.deleteState(state);
  return new Set(states.map(({ reqid }) => reqid));
}
