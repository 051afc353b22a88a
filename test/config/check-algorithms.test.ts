import { expect, test } from 'vitest';
import { issueText } from '../../src/config/config-error.ts';
import { checkConfig } from '../../src/config/parse.ts';
import { connection, sample, sources } from './sample.ts';

const warningsOf = (phase1: readonly string[], phase2: readonly string[]): string[] => {
  const written = connection({ phase1: { proposals: phase1 }, phase2: { proposals: phase2 } });
  const { config, warnings } = checkConfig(sample({ connections: [written] }), sources);
  expect(config).toBeDefined();
  return warnings.map((issue) => `${issue.code} ${issueText(issue)}`);
};

test('weak algorithms are allowed with a warning for each proposal that has one', () => {
  expect(warningsOf(['aes256-sha256-modp2048', '3des-sha1-modp1024'], ['aes128-sha1', 'aes128gcm16'])).toEqual([
    'WEAK_ALGORITHM connections[0].phase1.proposals[1]: 3des-sha1-modp1024: 3des has blocks of 64 bits, which collide after some gigabytes; sha1 has known collisions; modp1024 can be broken by those with much money',
    'WEAK_ALGORITHM connections[0].phase2.proposals[0]: aes128-sha1: sha1 has known collisions',
  ]);
});

test('what is broken needs to be named, and says why it should not be', () => {
  expect(warningsOf(['des-md5-modp768'], ['null-md5', 'des-sha256', 'aes256gcm8', 'aes256gcm12'])).toEqual([
    'WEAK_ALGORITHM connections[0].phase1.proposals[0]: des-md5-modp768: des has a key of 56 bits, which is found by trying all of them; md5 has collisions that anybody can make; modp768 can be broken within hours',
    'WEAK_ALGORITHM connections[0].phase2.proposals[0]: null-md5: null encrypts nothing: everybody on the way can read the packets; md5 has collisions that anybody can make',
    'WEAK_ALGORITHM connections[0].phase2.proposals[1]: des-sha256: des has a key of 56 bits, which is found by trying all of them',
    'WEAK_ALGORITHM connections[0].phase2.proposals[2]: aes256gcm8: aes256gcm8 has an ICV of 64 bits, and each forgery that gets through makes the next one easier',
  ]);
});

test('an ICV that no RFC has is named with its reason, and GMAC hides nothing', () => {
  expect(warningsOf(['aes256-sha256-modp2048'], ['aes256-sha256_96', 'aes128gmac', 'aes128ccm8'])).toEqual([
    'WEAK_ALGORITHM connections[0].phase2.proposals[0]: aes256-sha256_96: sha256_96 is cut to 96 bits, as no RFC has it: only for peers that cut it so too, which nobody negotiates',
    'WEAK_ALGORITHM connections[0].phase2.proposals[1]: aes128gmac: aes128gmac encrypts nothing: everybody on the way can read the packets',
  ]);
});

test('the group of phase 2 counts as that of phase 1', () => {
  expect(warningsOf(['aes256-sha256-modp2048'], ['aes256-sha256-modp1024'])).toEqual([
    'WEAK_ALGORITHM connections[0].phase2.proposals[0]: aes256-sha256-modp1024: modp1024 can be broken by those with much money',
  ]);
});

test('portable cryptography is chosen by its name only, with a warning', () => {
  const { config, warnings } = checkConfig(sample({ gateway: { crypto: 'portable' } }), sources);
  expect(config?.gateway.crypto).toBe('portable');
  expect(warnings.map((issue) => `${issue.code} ${issueText(issue)}`)).toEqual([
    'NOT_CONSTANT_TIME gateway.crypto: the time that portable cryptography takes depends on the keys, and it is slow; leave crypto out, unless OpenSSL is what you want to do without',
  ]);
  expect(checkConfig(sample({}), sources).config?.gateway.crypto).toBe('native');
});
