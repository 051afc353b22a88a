/** Between the configuration's names of algorithms (`aes256-sha256-modp2048`) and those of strongSwan. */

const STRONGSWAN_NAMES: Readonly<Record<string, string>> = {
  aes128: 'AES_CBC-128',
  aes192: 'AES_CBC-192',
  aes256: 'AES_CBC-256',
  camellia128: 'CAMELLIA_CBC-128',
  camellia192: 'CAMELLIA_CBC-192',
  camellia256: 'CAMELLIA_CBC-256',
  '3des': '3DES_CBC',
  des: 'DES_CBC',
  null: 'NULL',
  aes128gcm16: 'AES_GCM_16-128',
  aes192gcm16: 'AES_GCM_16-192',
  aes256gcm16: 'AES_GCM_16-256',
  aes128gcm12: 'AES_GCM_12-128',
  aes192gcm12: 'AES_GCM_12-192',
  aes256gcm12: 'AES_GCM_12-256',
  aes128gcm8: 'AES_GCM_8-128',
  aes192gcm8: 'AES_GCM_8-192',
  aes256gcm8: 'AES_GCM_8-256',
  aes128ccm16: 'AES_CCM_16-128',
  aes192ccm16: 'AES_CCM_16-192',
  aes256ccm16: 'AES_CCM_16-256',
  aes128ccm12: 'AES_CCM_12-128',
  aes192ccm12: 'AES_CCM_12-192',
  aes256ccm12: 'AES_CCM_12-256',
  aes128ccm8: 'AES_CCM_8-128',
  aes192ccm8: 'AES_CCM_8-192',
  aes256ccm8: 'AES_CCM_8-256',
  aes128ctr: 'AES_CTR-128',
  aes192ctr: 'AES_CTR-192',
  aes256ctr: 'AES_CTR-256',
  aes128gmac: 'NULL_AES_GMAC-128',
  aes192gmac: 'NULL_AES_GMAC-192',
  aes256gmac: 'NULL_AES_GMAC-256',
  aesxcbc: 'AES_XCBC_96',
  // charon cuts as `sha256_96 = yes` says and tells what was negotiated.
  sha256_96: 'HMAC_SHA2_256_128',
  md5: 'HMAC_MD5_96',
  sha1: 'HMAC_SHA1_96',
  sha256: 'HMAC_SHA2_256_128',
  sha384: 'HMAC_SHA2_384_192',
  sha512: 'HMAC_SHA2_512_256',
  modp768: 'MODP_768',
  modp1024: 'MODP_1024',
  modp1536: 'MODP_1536',
  modp2048: 'MODP_2048',
  modp3072: 'MODP_3072',
  modp4096: 'MODP_4096',
  modp6144: 'MODP_6144',
  modp8192: 'MODP_8192',
  ecp256: 'ECP_256',
  ecp384: 'ECP_384',
  ecp521: 'ECP_521',
  x25519: 'CURVE_25519',
};

/** What an SA of a suite uses, as charon tells it of its own SAs. */
export interface ToldAlgorithms {
  readonly encryption: string;
  readonly integrity: string | undefined;
  readonly group: string | undefined;
  /** Whether sequence numbers have 64 bits. */
  readonly esn: boolean;
}

/** What charon should tell of an SA that was negotiated with this suite: `aes256-sha256-modp2048`, `aes128gcm16`. */
export function toldByCharon(suite: string): ToldAlgorithms {
  const parts = suite.split('-');
  const name = (part: string | undefined): string | undefined => {
    if (part === undefined) return undefined;
    const known = STRONGSWAN_NAMES[part];
    if (known === undefined) throw new Error(`no name of strongSwan's for ${part} in ${suite}`);
    return known;
  };
  const [cipher, ...others] = parts;
  const integrity = others.find(isIntegrity);
  const group = others.find((part) => !isIntegrity(part) && part !== 'esn');
  return {
    encryption: name(cipher) ?? '',
    integrity: name(integrity),
    group: name(group),
    esn: others.includes('esn'),
  };
}

const isIntegrity = (part: string): boolean => part.startsWith('sha') || part === 'md5' || part === 'aesxcbc';

/** The same suites as strongSwan's configuration writes them; it has another number for what it calls sha256_96, and a setting. */
export function strongSwanProposals(suites: readonly string[]): string {
  return suites.join(', ').replaceAll('x25519', 'curve25519').replaceAll('sha256_96', 'sha256');
}
