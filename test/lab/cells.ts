/** One agreement to be reached with strongSwan: who begins, what with, and what lies between. */
export interface Cell {
  readonly name: string;
  readonly we: 'initiator' | 'responder';
  /** Suites in order of preference, in the configuration's notation; a group in the second phase means PFS. */
  readonly phase1: readonly string[];
  readonly phase2: readonly string[];
  /** What charon is given where it differs from ours. */
  readonly charon?: { readonly phase1?: readonly string[]; readonly phase2?: readonly string[] };
  /** What has to come out of it; the first of each where not said. */
  readonly agreed?: { readonly phase1?: string; readonly phase2?: string };
  /** Before whom a NAT box stands. */
  readonly nat: 'none' | 'before us' | 'before charon' | 'before both';
  /** Who does charon's ESP; default user space, which knows only UDP, so that charon pretends to be behind a NAT. */
  readonly charonEsp?: 'userspace' | 'kernel';
  /** Who does ours; default user space. */
  readonly ourEsp?: 'kernel';
}

/**
 * Every group, cipher and hash, every ESP suite, both roles, with and without PFS, on all three kinds of path, so that each
 * value meets each role or path at least once. The product of all would be some thousand cells that find nothing more.
 */
export const CELLS: readonly Cell[] = [
  {
    name: 'small groups of old devices',
    we: 'initiator',
    phase1: ['aes128-sha1-modp1024'],
    phase2: ['aes128-sha1'],
    nat: 'none',
  },
  {
    name: 'the default suites',
    we: 'initiator',
    phase1: ['aes256-sha256-modp2048'],
    phase2: ['aes256-sha256-modp2048'],
    nat: 'none',
  },
  {
    name: 'the default suites',
    we: 'responder',
    phase1: ['aes256-sha256-modp2048'],
    phase2: ['aes256-sha256-modp2048'],
    nat: 'none',
  },
  {
    name: 'elliptic curve and GCM',
    we: 'initiator',
    phase1: ['aes128-sha256-ecp256'],
    phase2: ['aes128gcm16-ecp256'],
    nat: 'before us',
  },
  {
    name: 'elliptic curve and GCM',
    we: 'responder',
    phase1: ['aes128-sha256-ecp256'],
    phase2: ['aes128gcm16-ecp256'],
    nat: 'before charon',
  },
  { name: 'triple DES', we: 'responder', phase1: ['3des-sha1-modp1536'], phase2: ['3des-sha1'], nat: 'none' },
  {
    name: 'triple DES',
    we: 'initiator',
    phase1: ['3des-sha1-modp1536'],
    phase2: ['3des-sha1-modp1536'],
    nat: 'before charon',
  },
  {
    name: 'the largest usual keys',
    we: 'initiator',
    phase1: ['aes192-sha384-modp3072'],
    phase2: ['aes256gcm16-modp3072'],
    nat: 'before us',
  },
  {
    name: 'the largest usual curve',
    we: 'responder',
    phase1: ['aes256-sha512-ecp384'],
    phase2: ['aes256-sha512-ecp384'],
    nat: 'none',
  },
  {
    name: 'the largest usual curve',
    we: 'initiator',
    phase1: ['aes256-sha384-ecp384'],
    phase2: ['aes192-sha384'],
    nat: 'none',
  },
  {
    name: 'Curve25519',
    we: 'initiator',
    phase1: ['aes128-sha256-x25519'],
    phase2: ['aes256gcm16-x25519'],
    nat: 'none',
  },
  { name: 'Curve25519', we: 'responder', phase1: ['aes128-sha256-x25519'], phase2: ['aes192gcm16'], nat: 'before us' },
  {
    name: 'MODP 4096',
    we: 'responder',
    phase1: ['aes256-sha256-modp4096'],
    phase2: ['aes256-sha512'],
    nat: 'before charon',
  },
  {
    name: 'the longest MODP group',
    we: 'initiator',
    phase1: ['aes256-sha256-modp8192'],
    phase2: ['aes128gcm12-modp6144'],
    nat: 'none',
  },
  {
    name: 'the longest curve',
    we: 'responder',
    phase1: ['aes256-sha512-ecp521'],
    phase2: ['aes256gcm8-ecp521'],
    nat: 'before us',
  },
  {
    name: 'the oldest algorithms',
    we: 'initiator',
    phase1: ['des-md5-modp768'],
    phase2: ['des-md5-modp768'],
    nat: 'none',
  },
  {
    name: 'the oldest algorithms',
    we: 'responder',
    phase1: ['des-md5-modp768'],
    phase2: ['des-md5'],
    nat: 'before charon',
  },
  {
    name: 'Camellia',
    we: 'initiator',
    phase1: ['camellia256-sha256-modp2048'],
    phase2: ['camellia128-sha256'],
    nat: 'none',
  },
  {
    name: 'Camellia',
    we: 'responder',
    phase1: ['camellia128-sha1-modp2048'],
    phase2: ['camellia256-sha512-modp2048'],
    nat: 'before us',
  },
  {
    name: 'counter mode',
    we: 'initiator',
    phase1: ['aes128-sha256-modp2048'],
    phase2: ['aes128ctr-sha256'],
    nat: 'none',
  },
  {
    name: 'counter mode',
    we: 'responder',
    phase1: ['aes128-sha256-modp2048'],
    phase2: ['aes256ctr-sha512-modp2048'],
    nat: 'before charon',
  },
  {
    name: 'CCM',
    we: 'initiator',
    phase1: ['aes128-sha256-ecp256'],
    phase2: ['aes128ccm16'],
    nat: 'none',
  },
  {
    name: 'CCM with a shorter ICV',
    we: 'responder',
    phase1: ['aes128-sha256-ecp256'],
    phase2: ['aes256ccm8-ecp256'],
    nat: 'before us',
  },
  {
    name: 'AES-XCBC-MAC',
    we: 'initiator',
    phase1: ['aes128-sha256-modp2048'],
    phase2: ['aes128-aesxcbc'],
    nat: 'none',
  },
  {
    name: 'AES-XCBC-MAC',
    we: 'responder',
    phase1: ['aes128-sha256-modp2048'],
    phase2: ['aes256ctr-aesxcbc-modp2048'],
    nat: 'before us',
  },
  {
    name: 'ESP that hides nothing',
    we: 'initiator',
    phase1: ['aes192-sha512-modp6144'],
    phase2: ['null-sha256'],
    nat: 'none',
  },
  {
    name: 'the second of our proposals',
    we: 'initiator',
    phase1: ['aes256-sha512-ecp384', 'aes128-sha256-modp2048'],
    phase2: ['aes256gcm16', 'aes128-sha256'],
    charon: { phase1: ['aes128-sha256-modp2048'], phase2: ['aes128-sha256'] },
    agreed: { phase1: 'aes128-sha256-modp2048', phase2: 'aes128-sha256' },
    nat: 'none',
  },
  {
    name: "the second of charon's proposals",
    we: 'responder',
    phase1: ['aes128-sha256-modp2048'],
    phase2: ['aes128-sha256'],
    charon: { phase1: ['aes256-sha512-ecp384', 'aes128-sha256-modp2048'], phase2: ['aes256gcm16', 'aes128-sha256'] },
    nat: 'none',
  },
];

/** What both sides have to have agreed upon. */
export function agreed(cell: Cell): { readonly phase1: string; readonly phase2: string } {
  const [phase1 = '', phase2 = ''] = [cell.agreed?.phase1 ?? cell.phase1[0], cell.agreed?.phase2 ?? cell.phase2[0]];
  return { phase1, phase2 };
}
