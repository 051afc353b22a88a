import { describe, expect, it } from 'vitest';
import { phase2Offer } from '../../../src/ike/negotiate/phase2-offer.ts';
import { DAY, thrown, tlv, tunnel, tv } from './samples.ts';

const SPI = 0xc0ffee01;

describe('phase2Offer', () => {
  it('is one ESP proposal with our SPI and one transform a suite (RFC 2408 §4.2, RFC 2407 §4.5)', () => {
    const policy = tunnel({
      suites: [
        { cipher: 'aes256gcm16', group: 'modp2048' },
        { cipher: 'aes128', integrity: 'sha1', group: 'modp2048' },
        { cipher: '3des', integrity: 'sha256', group: 'modp2048' },
      ],
      lifetime: DAY,
    });
    const life = [tv(1, 1), tlv(2, 0, 1, 0x51, 0x80), tv(1, 2), tlv(2, 0, 0x0f, 0x42, 0x40)];
    expect(phase2Offer(policy, SPI, 1)).toEqual({
      doi: 1,
      situation: 1,
      proposals: [
        {
          number: 1,
          protocolId: 3,
          spi: Uint8Array.of(0xc0, 0xff, 0xee, 1),
          transforms: [
            { number: 1, transformId: 20, attributes: [tv(3, 14), tv(4, 1), tv(6, 256), ...life] },
            { number: 2, transformId: 12, attributes: [tv(3, 14), tv(4, 1), tv(6, 128), tv(5, 2), ...life] },
            { number: 3, transformId: 3, attributes: [tv(3, 14), tv(4, 1), tv(5, 5), ...life] },
          ],
        },
      ],
    });
  });

  it('has no group without PFS (RFC 2409 §5.5) and the encapsulation mode of the NAT-T dialect (RFC 3947 §5.1)', () => {
    const policy = tunnel({ mode: 'transport', suites: [{ cipher: 'aes128', integrity: 'sha256' }] });
    for (const mode of [2, 4, 61_444]) {
      expect(phase2Offer(policy, SPI, mode).proposals[0]?.transforms[0]?.attributes).toEqual([
        tv(4, mode),
        tv(6, 128),
        tv(5, 5),
        tv(1, 1),
        tv(2, 3600),
      ]);
    }
  });

  it.each([0, 1, 255, 2 ** 32, 300.5, -1])('refuses the SPI %d (RFC 4303 §2.1)', (spi) => {
    expect(thrown(() => phase2Offer(tunnel(), spi, 1))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'SPI', have: spi },
    });
  });

  it.each([2, 4, 61_444, 0, 99])('refuses the encapsulation mode %d for a tunnel in tunnel mode', (mode) => {
    expect(thrown(() => phase2Offer(tunnel(), SPI, mode))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'encapsulation mode', have: mode, need: 'tunnel' },
    });
  });

  it('refuses suites with different groups, since one KE payload serves them all (RFC 2409 §5.5)', () => {
    const suites = [{ cipher: 'aes256gcm16', group: 'modp2048' }, { cipher: 'aes128gcm16' }] as const;
    expect(thrown(() => phase2Offer(tunnel({ suites }), SPI, 1))).toEqual({
      code: 'INVALID_ARGUMENT',
      details: { what: 'PFS groups of one tunnel', groups: 'modp2048, none' },
    });
  });

  it('refuses a tunnel without suites', () => {
    expect(thrown(() => phase2Offer(tunnel({ suites: [] }), SPI, 1)).details).toEqual({
      what: 'number of suites',
      have: 0,
      limit: 255,
    });
  });
});
