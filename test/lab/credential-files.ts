import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../../src/pki/certificate.ts';
import type { RevocationList } from '../../src/pki/revocation-list.ts';
import { type Party, pemText } from '../pki/authority.ts';

/** What one side of the lab has in the way of certificates. */
export interface LabCredentials {
  readonly own: Pick<Party, 'certificate' | 'privateKey'>;
  /** Those between our own and an authority, which we send along. */
  readonly between?: readonly Certificate[];
  readonly authorities?: readonly Certificate[];
  readonly lists?: readonly RevocationList[];
  /** Our gateway only. Default `soft`. */
  readonly revocation?: 'soft' | 'hard';
  /** What weak algorithms our gateway accepts. */
  readonly allow?: readonly string[];
  /** The peer's own certificate, which is trusted without an authority. */
  readonly pinned?: Certificate;
}

/** Names of the files that both daemons are told of. */
export const CREDENTIAL_FILES = {
  own: 'own.pem',
  key: 'own.key',
  between: 'between.pem',
  authorities: 'authorities.pem',
  lists: 'lists.pem',
  pinned: 'peer.pem',
} as const;

/** All in one folder, several certificates in a file. */
export async function writeCredentials(folder: string, credentials: LabCredentials): Promise<void> {
  const { own, between = [], authorities = [], lists = [], pinned } = credentials;
  const certificates = (all: readonly Certificate[]): string => all.map(certificate).join('');
  await write(folder, CREDENTIAL_FILES.own, certificate(own.certificate));
  await write(folder, CREDENTIAL_FILES.key, pemText('PRIVATE KEY', own.privateKey));
  await write(folder, CREDENTIAL_FILES.between, certificates(between));
  await write(folder, CREDENTIAL_FILES.authorities, certificates(authorities));
  await write(folder, CREDENTIAL_FILES.lists, lists.map(list).join(''));
  if (pinned !== undefined) await write(folder, CREDENTIAL_FILES.pinned, certificate(pinned));
}

/** As swanctl looks for them below SWANCTL_DIR: a folder for each kind, one certificate in a file. */
export async function writeForSwanctl(folder: string, credentials: LabCredentials): Promise<void> {
  const { own, between = [], authorities = [], lists = [], pinned } = credentials;
  await write(join(folder, 'x509'), CREDENTIAL_FILES.own, certificate(own.certificate));
  await write(join(folder, 'private'), CREDENTIAL_FILES.key, pemText('PRIVATE KEY', own.privateKey));
  if (pinned !== undefined) await write(join(folder, 'x509'), CREDENTIAL_FILES.pinned, certificate(pinned));
  for (const [i, one] of between.entries()) await write(join(folder, 'x509'), `${i}.pem`, certificate(one));
  for (const [i, one] of authorities.entries()) await write(join(folder, 'x509ca'), `${i}.pem`, certificate(one));
  for (const [i, one] of lists.entries()) await write(join(folder, 'x509crl'), `${i}.pem`, list(one));
}

const certificate = ({ der }: Certificate): string => pemText('CERTIFICATE', der);
const list = ({ der }: RevocationList): string => pemText('X509 CRL', der);

async function write(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text, { mode: 0o600 });
}
