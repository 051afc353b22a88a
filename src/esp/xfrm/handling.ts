import type { KernelHandling } from '../sa.ts';
import { type Attribute, extraFlagsAttribute, scopeAttributes } from './attributes.ts';
import { scopeOf } from './traffic.ts';

/** XFRM_SA_XFLAG_DONT_ENCAP_DSCP. */
const DONT_ENCAP_DSCP = 1;

/** What a connection wants of the kernel as flags of its states. */
export function handlingFlags({ copyDscp = 'out', pathMtuDiscovery = true }: KernelHandling = {}) {
  return { decapDscp: copyDscp === 'in' || copyDscp === 'both', noPathMtu: !pathMtuDiscovery };
}

/** And as their attributes. */
export function handlingAttributes(handling: KernelHandling = {}): readonly Attribute[] {
  const { copyDscp = 'out' } = handling;
  const extra = copyDscp === 'in' || copyDscp === 'no' ? [extraFlagsAttribute(DONT_ENCAP_DSCP)] : [];
  return [...scopeAttributes(scopeOf(handling)), ...extra];
}
