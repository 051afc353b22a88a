import { IkeError } from '../../base/errors.ts';
import type { GroupName } from '../../crypto/groups.ts';
import type { Phase1Suite } from '../../crypto/suites.ts';

/**
 * The group of a connection with Aggressive Mode. RFC 2409 §5: "Due to message construction requirements the group in which the
 * Diffie-Hellman exchange is performed cannot be negotiated", because g^xi stands beside the offer.
 *
 * @throws IkeError INVALID_ARGUMENT where its suites have several
 */
export function oneGroup(suites: readonly Phase1Suite[]): GroupName {
  const [group, another] = new Set(suites.map((suite) => suite.group));
  if (group === undefined || another !== undefined)
    throw new IkeError('INVALID_ARGUMENT', { what: 'groups in Aggressive Mode', have: new Set(suites).size });
  return group;
}
