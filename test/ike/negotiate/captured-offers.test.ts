import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/base/bytes.ts';
import { acceptPhase1, choosePhase1 } from '../../../src/ike/negotiate/phase1-choice.ts';
import { phase1Offer } from '../../../src/ike/negotiate/phase1-offer.ts';
import { readSa } from '../../../src/ike/wire/sa.ts';
import { HOUR, OLD, STRONG, connection, refusalLines, thrown } from './samples.ts';

/** SA payload bodies as captures of real peers have them, with where they come from. */
const CISCO_JOY = '00000001000000010000002800010001 0000002000010000800b0001800c1e78 80010005800200028003000180040002';
const TCPDUMP_CISCO =
  '00000001000000010000003001010001 000000280101000080010007800e0080 8002000280040001 80030001800b0001000c000400015180';
const TCPDUMP_NAT_T =
  '000000010000000100000088000100040300002000010000800b0001800c0e108001000580020001800300038004000503000020' +
  '01010000800b0001800c0e10800100058002000280030003800400050300002002010000800b0001800c0e108001000580020002' +
  '80030003800400020000002003010000800b0001800c0e1080010005800200018003000380040002';
const SURICATA_DUPLICATES =
  '0000000100000001000000380101000100000030010100008001000 7800e008080020002000c00040001518080040002' +
  '80030001800b0001000c00040000ffff';

const offered = (hex: string): ReturnType<typeof readSa> => readSa(fromHex(hex));

describe('offers in captures', () => {
  it('agrees with a Cisco that offers 3des-sha1-modp1024 (cisco/joy, ikev1.pcap)', () => {
    expect(choosePhase1(offered(CISCO_JOY), [connection('hq', [STRONG, OLD])]).chosen).toEqual({
      suite: OLD,
      method: 'psk',
      lifetime: HOUR,
      proposalNumber: 0,
      transformNumber: 0,
    });
  });

  it('explains to a Cisco what is wrong with MODP-768 (tcpdump, ISAKMP_sa_setup.pcap)', () => {
    const ours = connection('hq', [STRONG, { cipher: 'aes128', hash: 'sha1', group: 'modp1024' }]);
    expect(refusalLines(() => choosePhase1(offered(TCPDUMP_CISCO), [ours]))).toEqual([
      'transform 1: group modp768, we allow modp1024',
      'nearest is transform 1 to aes128-sha1-modp1024: group modp768, we allow modp1024',
    ]);
  });

  it('explains four transforms of a peer with certificates (tcpdump, isakmp4500.pcap)', () => {
    expect(refusalLines(() => choosePhase1(offered(TCPDUMP_NAT_T), [connection('hq', [OLD])]))).toEqual([
      'transform 0: hash md5, we allow sha1',
      'transform 1: authentication method RSA signatures, we allow pre-shared key',
      'transform 2: authentication method RSA signatures, we allow pre-shared key',
      'transform 3: hash md5, we allow sha1',
      'nearest is transform 2 to 3des-sha1-modp1024: authentication method RSA signatures, we allow pre-shared key',
    ]);
  });

  it('refuses a duration that comes before its type (suricata-verify, ikev1-duplicate-proposals)', () => {
    expect(thrown(() => choosePhase1(offered(SURICATA_DUPLICATES), [connection('hq', [OLD])]))).toEqual({
      code: 'BAD_PROPOSAL_SYNTAX',
      details: { what: 'life duration without life type' },
    });
  });

  it.each([CISCO_JOY, TCPDUMP_CISCO])('refuses an answer that a peer gave to somebody else', (hex) => {
    const ours = phase1Offer([STRONG], HOUR);
    expect(refusalLines(() => acceptPhase1(ours, offered(hex))).at(-1)).toMatch(
      /^nearest is transform [01] to aes256-sha256-modp2048: encryption algorithm (3des|aes128), we offered aes256; hash sha1/,
    );
  });
});
