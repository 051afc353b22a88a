import { readFileSync } from 'node:fs';
import type { CredentialFile } from '../../src/pki/credential.ts';
import { inProject } from '../project.ts';

/** A file of test/pki/files; `make.sh` there says how they were made. */
export const file = (name: string): CredentialFile => ({
  file: name,
  bytes: new Uint8Array(readFileSync(inProject(`test/pki/files/${name}`))),
});
