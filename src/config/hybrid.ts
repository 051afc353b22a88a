import type { ConnectionConfig } from './config.ts';

type Sides = Pick<ConnectionConfig, 'local' | 'remote'>;

/** Whether one side proves itself by a certificate, and the other by nothing but a user: Hybrid Authentication. */
export const isHybrid = ({ local, remote }: Sides): boolean => local.auth === 'xauth' || remote.auth === 'xauth';

/** Whether a side proves itself by a certificate. */
export const hasCertificates = ({ local, remote }: Sides): boolean =>
  local.auth === 'certificate' || remote.auth === 'certificate';
