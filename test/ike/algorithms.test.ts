import { expect, test } from 'vitest';
import { CIPHERS, type CipherName } from '../../src/crypto/ciphers.ts';
import { espSuiteText } from '../../src/crypto/esp-transforms.ts';
import { GROUPS, type GroupName } from '../../src/crypto/groups.ts';
import { HASHES, type HashName } from '../../src/crypto/hashes.ts';
import { nativeProvider } from '../../src/crypto/native.ts';
import { portableProvider } from '../../src/crypto/portable.ts';
import { type Phase1Suite, phase1SuiteText, type Phase2Suite, phase2SuiteText } from '../../src/crypto/suites.ts';
import { SUITES } from '../esp/sample-sa.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';

/** Each algorithm of the tables once, beside two that are quick. */
const phase1: readonly Phase1Suite[] = [
  ...(Object.keys(CIPHERS) as CipherName[]).map((cipher) => ({ cipher, hash: 'sha1', group: 'modp768' }) as const),
  ...(Object.keys(HASHES) as HashName[]).map((hash) => ({ cipher: 'aes256', hash, group: 'modp768' }) as const),
  ...(Object.keys(GROUPS) as GroupName[]).map((group) => ({ cipher: 'aes128', hash: 'sha256', group }) as const),
];
const phase2: readonly Phase2Suite[] = [...SUITES, { cipher: 'des', integrity: 'md5', group: 'ecp521' }];

/** A tunnel between the two providers: what one side installs as outbound, the other has as inbound. */
function negotiated(suite: Phase1Suite, esp: Phase2Suite): unknown {
  const crypto = [nativeProvider, portableProvider] as const;
  const { a, b } = PairOfEndpoints.up({ suites: [suite], esp: [esp] }, { crypto });
  const keys = (side: typeof a, direction: 'inbound' | 'outbound') =>
    side.installed
      .filter((sa) => sa.direction === direction)
      .map(({ spi, suite: { cipher, integrity }, keys: given }) => [
        espSuiteText(integrity === undefined ? { cipher } : { cipher, integrity }),
        spi,
        given,
      ]);
  expect(keys(b, 'inbound')).toEqual(keys(a, 'outbound'));
  expect(keys(b, 'outbound')).toEqual(keys(a, 'inbound'));
  return keys(a, 'outbound').map(([text]) => text);
}

test.each(phase1.map((suite) => ({ suite, text: phase1SuiteText(suite) })))(
  'OpenSSL and JavaScript come to the same keys with $text in phase 1',
  ({ suite }) => {
    expect(negotiated(suite, { cipher: 'aes256gcm12' })).toEqual(['aes256gcm12']);
  },
);

test.each(phase2.map((suite) => ({ suite, text: phase2SuiteText(suite) })))(
  'OpenSSL and JavaScript come to the same keys with $text in phase 2',
  ({ suite }) => {
    const quick = { cipher: 'aes128', hash: 'sha256', group: 'modp768' } as const;
    expect(negotiated(quick, suite)).toEqual([espSuiteText(suite)]);
  },
);
