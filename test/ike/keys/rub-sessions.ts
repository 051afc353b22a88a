import { fromHex, utf8Bytes } from '../../../src/base/bytes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { readInProject } from '../../project.ts';

type Name = 'name' | 'psk_ascii' | 'cky_i' | 'cky_r' | 'ni' | 'nr' | 'ke_i' | 'ke_r' | 'sa_i_b' | 'id_r_b' | 'gxy';
interface File {
  readonly tests: readonly (Record<Name, string> & { readonly expected: Readonly<Record<string, string>> })[];
}

/** The two sessions of `ikev1-session-secrets.json`, both AES-128, SHA-1, MODP-1024. */
export const rubSessions = (JSON.parse(readInProject('vectors/kdf/ikev1-session-secrets.json')) as File).tests.map(
  (given) => ({
    name: given.name,
    psk: new Secret(utf8Bytes(given.psk_ascii)),
    initiatorCookie: fromHex(given.cky_i),
    responderCookie: fromHex(given.cky_r),
    nonceBodyI: fromHex(given.ni),
    nonceBodyR: fromHex(given.nr),
    gxi: fromHex(given.ke_i),
    gxr: fromHex(given.ke_r),
    gxy: new Secret(fromHex(given.gxy)),
    saBodyI: fromHex(given.sa_i_b),
    idBodyR: fromHex(given.id_r_b),
    /** By the names of the file, in hexadecimal. */
    expected: given.expected,
  }),
);
