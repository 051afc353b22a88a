/**
 * What the design has and this version has not. Whoever writes it shall read that, and not that the word is unknown.
 *
 * By place, lists without their index: keys end in their name, values in `=value`.
 */
export const NOT_YET: Readonly<Record<string, string>> = {
  plugins: 'plugins are not supported yet',
  'connections.local.address=object': 'an interface as local address is not supported yet; write an address or auto',
  'connections.cleartext': 'cleartext is not supported yet; packets of a tunnel that is down are dropped',
  'connections.pskBehindNat': 'pskBehindNat is not supported yet; a pre-shared key works behind NAT',
};
