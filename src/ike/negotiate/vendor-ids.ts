import { fromHex, sameBytes, toHex, utf8Bytes, utf8Text } from '../../base/bytes.ts';
import { isDpdVendorId } from '../../dpd/vendor-id.ts';
import { DIALECTS, UNSPOKEN_NATT_VENDOR_IDS } from '../../natt/vendor-ids.ts';

/**
 * Vendor ids by what they begin with: whole ids, and the constant part of those that carry a version behind it. They are
 * for diagnosis alone; what we act on has a function of its own. Nobody proves a vendor id (RFC 2408 §3.16).
 */
const PREFIXES: readonly (readonly [hex: string, name: string])[] = [
  ['3b9031dce4fcf88b489a923963dd0c49', 'DPD NG'],
  ['09002689dfd6b712', 'XAUTH'],
  ['12f5f28c457168a9702d9fe274cc', 'Cisco Unity'],
  ['4048b7d56ebce88525e7de7f00d6c2d3', 'IKE fragmentation'],
  ['882fe56d6fd20dbc2251613b2ebe5beb', 'strongSwan'],
  ['7003cbc1097dbe9c2600ba6983bc8b35', 'racoon (KAME)'],
  ['26244d38eddb61b3172a36e3d0cfb819', 'Microsoft Initial-Contact'],
  ['1e2b516905991c7d7c96fcbfb587e461', 'Microsoft ISAKMP/Oakley'],
  ['621b04bb09882ac1e15935fefa24aeee', 'Microsoft GSSAPI'],
  ['ad2c0dd0b9c32083ccba25b8861ec455', 'Microsoft GSSAPI'],
  ['e3a5966a76379fe707228231e5ce8652', 'Microsoft CGA'],
  ['fb1de3cdf341b7ea16b7e5be0855f120', 'Microsoft negotiation discovery'],
  ['214ca4faffa7f32d6748e5303395ae83', 'Microsoft AuthIP'],
  ['1f07f70eaa6514d3b0fa96542a50', 'Cisco VPN 3000'],
  ['3e984048', 'Cisco IOS'],
  ['f6f7efc7f5aeb8cb158cb9d094ba69e7', 'Altiga'],
  ['eb4b0d96276b4e220ad16221a7b2a5e6', 'SSH Sentinel 1.4.1'],
  ['8db7a41811221660', 'draft-heartbeats-00'],
  ['699369228741c6d4ca094c93e242c9de19e7b7c6', 'NetScreen'],
  ['fd808804df73b15150709d878044cde0ac1efcde', 'Juniper SRX'],
  ['1d6e178f6c2c0be284985465450fe9d4', 'FortiGate'],
  ['b4f01ca951e9da8d0bafbbd34ad3044e', 'Fortinet Endpoint Control'],
  ['4c53427b6d465d1b337bb755a37a7fef', 'FortiClient'],
  ['f4ed19e0c114eb516faaac0ee37daf2807b4381f', 'Check Point'],
  ['404bf439522ca3f6', 'SonicWall'],
  ['da8e937880010000', 'SonicWall'],
  ['101fb0b35c5a4f4c08b919f1cb9777b0', 'NCP'],
  ['f14b94b7bff1fef02773b8c49feded26', 'Shrew Soft'],
  ['62502774', 'ZyWALL'],
  ...['CISCOVPN-REV-02', 'CISCO-DELETE-REASON', 'Heartbeat_Notify'].map(
    (name) => [toHex(utf8Bytes(name)), name] as const,
  ),
];

const TABLE = PREFIXES.map(([hex, name]) => ({ prefix: fromHex(hex), name }));

/** Openswan and libreswan send readable text: `OE…` and `OSW…`. */
const TEXTUAL = /^(?:OE|OSW)[\u0021-\u007e]{6,60}$/;

/** What a vendor id is, for people; undefined for an unknown one, which is harmless. */
export function recogniseVendorId(id: Uint8Array): string | undefined {
  return nattName(id) ?? (isDpdVendorId(id) ? 'DPD' : prefixed(id)) ?? textual(id);
}

function nattName(id: Uint8Array): string | undefined {
  const dialect = DIALECTS.find(({ vendorId }) => sameBytes(vendorId, id));
  if (dialect !== undefined) return `NAT-T ${dialect.name}`;
  const hex = toHex(id);
  const unspoken = Object.entries(UNSPOKEN_NATT_VENDOR_IDS).find(([, known]) => known === hex);
  return unspoken === undefined ? undefined : `NAT-T ${unspoken[0]} (not spoken)`;
}

function prefixed(id: Uint8Array): string | undefined {
  return TABLE.find(({ prefix }) => sameBytes(id.subarray(0, prefix.length), prefix))?.name;
}

function textual(id: Uint8Array): string | undefined {
  const text = utf8Text(id.subarray(0, 64));
  return TEXTUAL.test(text) ? `Openswan family (${text})` : undefined;
}
