import { Secret } from '../base/secret.ts';
import type { Report } from './assemble.ts';
import type { CertificateConfig, GatewayConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import type { ConfigFile } from './schema.ts';
import { type FileConfig, resolveFile, resolveSecret, type SecretSources } from './secrets.ts';

type Credentials = ConfigFile['credentials'];
type Entry = Credentials['certificates'][number];

/** Certificates, authorities and lists with what is in their files. Whether that is what it should be the gateway sees when it starts. */
export function certificateCredentials(
  { certificates, authorities, intermediates, crls, revocation, allow }: Credentials,
  sources: SecretSources,
  report: Report,
): Omit<GatewayConfig['credentials'], 'psks' | 'users'> {
  const path = (key: string): ConfigPath => ['credentials', key];
  return {
    certificates: certificates.flatMap((entry, i) =>
      certificateConfig(entry, [...path('certificates'), i], sources, report),
    ),
    authorities: filesOf(authorities, path('authorities'), sources, report),
    intermediates: filesOf(intermediates, path('intermediates'), sources, report),
    crls: filesOf(crls, path('crls'), sources, report),
    revocation,
    allow,
  };
}

/** The files that can be read; the others are reported. */
export function filesOf(
  names: readonly string[],
  path: ConfigPath,
  sources: SecretSources,
  report: Report,
): readonly FileConfig[] {
  return names.flatMap((name) => {
    const file = resolveFile(name, sources);
    if (!file.ok) report(path, file.refusal);
    return file.ok ? [file.value] : [];
  });
}

function certificateConfig(
  entry: Entry,
  path: ConfigPath,
  sources: SecretSources,
  report: Report,
): CertificateConfig[] {
  const passphrase = passphraseOf(entry, path, sources, report);
  const one = (name: string, key: string): FileConfig | undefined =>
    filesOf([name], [...path, key], sources, report)[0];
  const { pkcs12, cert, key } = entry;
  if (pkcs12 !== undefined && cert === undefined && key === undefined) {
    const file = one(pkcs12, 'pkcs12');
    return file === undefined ? [] : [{ files: { pkcs12: file }, passphrase }];
  }
  if (pkcs12 === undefined && cert !== undefined && key !== undefined) {
    const [certFile, keyFile] = [one(cert, 'cert'), one(key, 'key')];
    return certFile === undefined || keyFile === undefined
      ? []
      : [{ files: { cert: certFile, key: keyFile }, passphrase }];
  }
  report(path, {
    code: 'MISSING_KEY',
    message: 'a certificate comes from one file with its key, or from two',
    hint: 'give pkcs12, or cert and key',
  });
  return [];
}

function passphraseOf(
  { passphrase }: Entry,
  path: ConfigPath,
  sources: SecretSources,
  report: Report,
): Secret | undefined {
  if (passphrase === undefined) return undefined;
  const secret = resolveSecret(passphrase, sources);
  if (!secret.ok) report([...path, 'passphrase'], secret.refusal);
  if (passphrase instanceof Secret)
    report([...path, 'passphrase'], {
      code: 'PLAIN_SECRET',
      message: 'the passphrase stands in the configuration itself',
      hint: 'keep it outside: passphrase: { env: NAME } or passphrase: { file: PATH }',
    });
  return secret.ok ? secret.value : undefined;
}
