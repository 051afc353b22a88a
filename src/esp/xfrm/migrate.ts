import type { IpAddress } from '../../base/address.ts';
import { concat } from '../../base/bytes.ts';
import { StructWriter } from '../../linux/host-bytes.ts';
import { writeAttributes } from '../../linux/netlink-message.ts';
import { familyOf } from '../../linux/socket-address.ts';
import type { Attribute } from './attributes.ts';
import { IPPROTO_ESP, XFRMA } from './numbers.ts';
import { writePolicyId, type XfrmPolicyId } from './policy.ts';
import { writeAddress } from './selector.ts';
import { MODES, type XfrmMode } from './state.ts';

export interface XfrmEnds {
  readonly source: IpAddress;
  readonly destination: IpAddress;
}

/**
 * Body of MIGRATE: a policy and the states of its template go between other addresses, with keys, sequence numbers and replay windows as
 * they are (struct xfrm_user_migrate).
 */
export function writeMigration(
  policy: XfrmPolicyId,
  {
    from,
    to,
    reqid,
    mode,
    encap,
  }: {
    readonly from: XfrmEnds;
    readonly to: XfrmEnds;
    readonly reqid: number;
    readonly mode: XfrmMode;
    readonly encap?: Attribute | undefined;
  },
): Uint8Array {
  const migration = new StructWriter(76)
    .bytes(writeAddress(from.destination))
    .bytes(writeAddress(from.source))
    .bytes(writeAddress(to.destination))
    .bytes(writeAddress(to.source))
    .u8(IPPROTO_ESP)
    .u8(MODES[mode])
    .skip(2)
    .u32(reqid)
    .u16(familyOf(from.destination))
    .u16(familyOf(to.destination))
    .finish();
  return concat(
    writePolicyId(policy),
    writeAttributes([[XFRMA.MIGRATE, migration], ...(encap === undefined ? [] : [encap])]),
  );
}
