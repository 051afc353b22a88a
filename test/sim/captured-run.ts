import { seconds } from '../../src/base/instant.ts';
import type { HostCapture } from '../../src/sim/host-capture.ts';
import { type GatewayOptions, twoGateways } from './two-gateways.ts';

/**
 * A tunnel that comes up, carries a ping and goes down again, as its initiator saw it: Main Mode, Quick Mode, two packets of ESP, and
 * the Deletes.
 */
export function capturedRun(seed: string, both: GatewayOptions = {}): HostCapture {
  const { world, a } = twoGateways(seed, {}, { both, a: { host: { capture: true } } });
  a.initiate('link');
  world.run(seconds(2));
  a.ping('link');
  world.run(seconds(2));
  a.terminate('link');
  world.run(seconds(2));
  if (a.capture === undefined) throw new Error('no capture');
  return a.capture;
}

/** Suites with every block length, every kind of ESP, and a key that is longer than SKEYID_e. */
export const CAPTURED_SUITES: readonly (readonly [string, GatewayOptions])[] = [
  [
    'AES-256 with SHA-2, AES-GCM',
    {
      suites: [{ cipher: 'aes256', hash: 'sha256', group: 'modp2048' }],
      esp: [{ cipher: 'aes256gcm16', group: 'x25519' }],
    },
  ],
  [
    'AES-256 with SHA-1, AES-CBC',
    {
      suites: [{ cipher: 'aes256', hash: 'sha1', group: 'modp1536' }],
      esp: [{ cipher: 'aes128', integrity: 'sha256' }],
    },
  ],
  [
    '3DES with MD5, 3DES, in UDP',
    {
      suites: [{ cipher: '3des', hash: 'md5', group: 'modp1536' }],
      esp: [{ cipher: '3des', integrity: 'sha1' }],
      natt: 'force',
    },
  ],
];
