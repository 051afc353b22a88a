import { parseIdentityPattern, parseRemoteAddress, parseUserName } from './addresses.ts';
import { textOf, type ZodModule } from './leaves.ts';

/** The peer of a connection: everything under `remote`. */
export function remoteSchema(z: ZodModule) {
  return z.strictObject({
    address: textOf(z, parseRemoteAddress).describe(
      'An address, a host name, a prefix or range of addresses of which the peer comes from one, or `%any` for a peer that may come from anywhere',
    ),
    id: textOf(z, parseIdentityPattern)
      .optional()
      .describe(
        'Who the peer must say to be; `%any` is anybody who has the key, or a certificate of an authority of ours; a distinguished name may have `*` for values, and a prefix or range of addresses is any one of them. Default: the address as it is written',
      ),
    nameMatching: z
      .enum(['strict', 'reordered', 'relaxed'])
      .default('strict')
      .describe(
        'How a distinguished name in `id` compares with that of the peer: `strict` has the same attributes in the same order, `reordered` the same in any order, `relaxed` lets the peer have more',
      ),
    auth: z
      .enum(['psk', 'certificate', 'xauth'])
      .default('psk')
      .describe(
        'How the peer proves it; `xauth`: by nothing but being one of `users`, where we have a certificate. Then `id` is what it says',
      ),
    certificate: z
      .string()
      .min(1)
      .optional()
      .describe(
        "File with the peer's own certificate, which is then trusted without an authority, and no other one is",
      ),
    authorities: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Files with the authorities that may vouch for this peer, PEM or DER. Default: those of credentials.authorities',
      ),
    users: z
      .union([z.literal('%any').transform((): 'any' => 'any'), z.array(textOf(z, parseUserName)).min(1)], {
        error: 'expected %any or a list of users',
      })
      .optional()
      .describe(
        'Users of which the peer has to be one, by XAUTH: names, or `%any` for each of credentials.users. Absent: it is not asked',
      ),
  });
}
