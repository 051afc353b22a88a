import type { Certificate } from '../../src/pki/certificate.ts';
import { asAuthority, authority, type KeyName, type Party, type Wanted } from '../pki/authority.ts';
import type { LabCredentials } from './credential-files.ts';
import { CHARON_ID, OUR_ID, type PairChanges } from './pair.ts';

/** Long after this project. */
const UNTIL = '2100-01-01T00:00:00Z';

/** An authority, one below it, and a certificate under that for each side of the lab. */
export interface LabAuthorities {
  readonly root: Party;
  readonly between: Party;
  /** In either's certificate are `CN=name` under `O=Lab` and the name of its identity. */
  readonly ours: Party;
  readonly theirs: Party;
}

export async function labAuthorities(key: KeyName): Promise<LabAuthorities> {
  const root = await authority({ subject: 'C=CH, O=Lab, CN=Root', key, until: UNTIL });
  const extensions = asAuthority(0);
  const between = await root.issue({ subject: 'C=CH, O=Lab, CN=Between', key, until: UNTIL, extensions });
  return {
    root,
    between,
    ours: await issueTo(between, 'sallyport', OUR_ID, { key }),
    theirs: await issueTo(between, 'charon', CHARON_ID, { key }),
  };
}

/** A certificate for `CN=name` and a host name, which is an identity of the lab with its `@`. */
export const issueTo = (issuer: Party, name: string, identity: string, more: Wanted = {}): Promise<Party> =>
  issuer.issue({
    subject: `C=CH, O=Lab, CN=${name}`,
    until: UNTIL,
    names: [{ type: 'dns', value: identity.replace(/^@/, '') }],
    ...more,
  });

/** What one side has that trusts the root, and sends the authority between along with its own certificate. */
export const under = (
  { root, between }: Pick<LabAuthorities, 'root' | 'between'>,
  own: Party,
  more: Partial<LabCredentials> = {},
) => ({ own, between: [between.certificate], authorities: [root.certificate], ...more }) satisfies LabCredentials;

/** What one side has that trusts nothing but the other's certificate. */
export const pinning = (own: Party, pinned: Certificate): LabCredentials => ({ own, pinned });

/** Both sides of a cell with certificates of one root. */
export async function certifiedSides(key: KeyName): Promise<PairChanges> {
  const authorities = await labAuthorities(key);
  return {
    ours: { credentials: under(authorities, authorities.ours) },
    charons: { credentials: under(authorities, authorities.theirs) },
  };
}
