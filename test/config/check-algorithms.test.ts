import { expect, test } from 'vitest';
import { issueText } from '../../src/config/config-error.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { connection, sample, sources } from './sample.ts';

test('weak algorithms are allowed with a warning for each proposal that has one', () => {
  const phase1 = { proposals: ['aes256-sha256-modp2048', '3des-sha1-modp1024'] };
  const phase2 = { proposals: ['aes128-sha1', 'aes128gcm16'] };
  const { config, warnings } = checkConfig(sample({ connections: [connection({ phase1, phase2 })] }), sources);
  expect(config).toBeDefined();
  expect(warnings.map((issue) => `${issue.code} ${issueText(issue)}`)).toEqual([
    'WEAK_ALGORITHM connections[0].phase1.proposals[1]: 3des-sha1-modp1024: 3des has blocks of 64 bits, which collide after some gigabytes; sha1 has known collisions; modp1024 can be broken by those with much money',
    'WEAK_ALGORITHM connections[0].phase2.proposals[0]: aes128-sha1: sha1 has known collisions',
  ]);
});
