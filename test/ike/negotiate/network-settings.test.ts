import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../../src/base/address.ts';
import { rangeText } from '../../../src/base/selector.ts';
import { fromHex } from '../../../src/base/bytes.ts';
import { settingsAttributes, settingsIn } from '../../../src/ike/negotiate/network-settings.ts';
import { CONFIGURATION_ATTRIBUTE } from '../../../src/ike/wire/numbers.ts';
import { GIVEN } from '../users.ts';

const { INTERNAL_IP4_ADDRESS, INTERNAL_IP4_DNS, UNITY_BANNER, UNITY_SPLIT_INCLUDE } = CONFIGURATION_ATTRIBUTE;
const attribute = (type: number, hex: string) => ({ type, format: 'tlv', value: fromHex(hex) }) as const;

describe('settings of Mode Config', () => {
  it('are what was given, read from the attributes that say so', () => {
    const { dns, domain, banner, splitInclude, localLan, netmask } = GIVEN;
    const addresses = ['10.9.0.3', '2001:db8:9::3'].map(requireIpAddress);
    const said = { addresses, netmask, dns, domain, banner, splitInclude, localLan };
    expect(settingsIn(settingsAttributes(GIVEN, addresses))).toEqual(said);
  });

  it('pass over what is empty, of another length, or of no use here', () => {
    const attributes = [
      attribute(INTERNAL_IP4_ADDRESS, ''),
      attribute(INTERNAL_IP4_ADDRESS, '0a0900'),
      attribute(INTERNAL_IP4_DNS, '0a020035ff'),
      attribute(UNITY_SPLIT_INCLUDE, '0a010000ffff00'),
      attribute(16_000, '01'),
    ];
    expect(settingsIn(attributes)).toEqual({ addresses: [], dns: [], splitInclude: [], localLan: [] });
  });

  it('have networks without the six octets that nobody fills, as strongSwan’s pools write them', () => {
    const attributes = [
      attribute(UNITY_SPLIT_INCLUDE, '0a010000ffff0000'),
      attribute(UNITY_SPLIT_INCLUDE, '0a020000ffffff000000000000000a030000ffff0000'),
    ];
    expect(settingsIn(attributes).splitInclude.map(rangeText)).toEqual(['10.1.0.0/16', '10.2.0.0/24', '10.3.0.0/16']);
  });

  it('are a bounded number, and text that can steer no terminal', () => {
    const attributes = Array.from({ length: 100 }, () => attribute(INTERNAL_IP4_DNS, '0a020035'));
    expect(settingsIn(attributes).dns).toHaveLength(32);
    expect(settingsIn([attribute(UNITY_BANNER, '1b5b324a6869')]).banner).toBe('\uFFFD[2Jhi');
  });
});
