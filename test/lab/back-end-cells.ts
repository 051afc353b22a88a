import type { Cell } from './cells.ts';

const KERNEL = { charonEsp: 'kernel', ourEsp: 'kernel' } as const;
const phase1 = ['aes128-sha256-ecp256'];

/** Our ESP in the kernel too: what its names of algorithms are, what it does about a NAT, and both roles. */
export const BACK_END_CELLS: readonly Cell[] = [
  { ...KERNEL, name: 'our ESP in the kernel too, GCM', we: 'initiator', phase1, phase2: ['aes128gcm16'], nat: 'none' },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, GCM',
    we: 'responder',
    phase1,
    phase2: ['aes256gcm16-ecp256'],
    nat: 'none',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, CBC and SHA-1',
    we: 'initiator',
    phase1,
    phase2: ['aes128-sha1'],
    nat: 'none',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, CBC and SHA-256',
    we: 'responder',
    phase1,
    phase2: ['aes256-sha256'],
    nat: 'none',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, CBC and SHA-512',
    we: 'initiator',
    phase1,
    phase2: ['aes192-sha512'],
    nat: 'none',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, triple DES',
    we: 'responder',
    phase1,
    phase2: ['3des-sha1'],
    nat: 'none',
  },
  { ...KERNEL, name: 'our ESP in the kernel too, CCM', we: 'initiator', phase1, phase2: ['aes256ccm12'], nat: 'none' },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, counter mode',
    we: 'responder',
    phase1,
    phase2: ['aes128ctr-sha384'],
    nat: 'none',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, Camellia',
    we: 'initiator',
    phase1,
    phase2: ['camellia256-aesxcbc'],
    nat: 'none',
  },
  { ...KERNEL, name: 'our ESP in the kernel too, GMAC', we: 'initiator', phase1, phase2: ['aes128gmac'], nat: 'none' },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, nothing hidden',
    we: 'responder',
    phase1,
    phase2: ['null-sha256'],
    nat: 'none',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, sequence numbers of 64 bits',
    we: 'initiator',
    phase1,
    phase2: ['aes128gcm16-esn'],
    nat: 'none',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, GCM in UDP',
    we: 'initiator',
    phase1,
    phase2: ['aes128gcm16'],
    nat: 'before us',
  },
  {
    ...KERNEL,
    name: 'our ESP in the kernel too, CBC in UDP',
    we: 'responder',
    phase1,
    phase2: ['aes128-sha256'],
    nat: 'before us',
  },
];
