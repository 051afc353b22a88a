import type { Report } from './assemble.ts';
import type { ConnectionConfig, GatewayConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import { isHybrid } from './hybrid.ts';

/** Whether both sides can prove themselves, each in a way that phase 1 has. */
export function checkAuthentication(
  connection: ConnectionConfig,
  { credentials }: GatewayConfig,
  path: ConfigPath,
  report: Report,
): void {
  const { local, remote } = connection;
  if (isHybrid(connection)) checkHybrid(connection, path, report);
  if (!isHybrid({ local, remote }) && local.auth !== remote.auth) {
    report([...path, 'remote', 'auth'], {
      code: 'INVALID_VALUE',
      message: `we prove ourselves by ${local.auth} and the peer by ${remote.auth}, but phase 1 has one way for both`,
      hint: 'write the same auth on both sides',
    });
  } else if (local.auth === 'certificate' && credentials.certificates.length === 0) {
    report([...path, 'local', 'auth'], {
      code: 'MISSING_KEY',
      message: 'there is no certificate under credentials.certificates',
      hint: 'add { pkcs12: FILE } or { cert: FILE, key: FILE }',
    });
  } else if (remote.certificate !== undefined && remote.authorities !== undefined) {
    report([...path, 'remote', 'authorities'], {
      code: 'INVALID_VALUE',
      message: "the peer's own certificate is named, so no authority vouches for it",
      hint: 'keep remote.certificate or remote.authorities',
    });
  } else if (remote.auth === 'certificate' && !isVouchedFor(remote, credentials)) {
    report([...path, 'remote', 'auth'], {
      code: 'MISSING_KEY',
      message: 'nobody vouches for the peer',
      hint: 'add its authority under credentials.authorities, or its own certificate as remote.certificate',
    });
  }
}

const isVouchedFor = (
  { certificate, authorities }: ConnectionConfig['remote'],
  credentials: GatewayConfig['credentials'],
): boolean => certificate !== undefined || (authorities ?? credentials.authorities).length > 0;

const OTHER_SIDE = { local: 'remote', remote: 'local' } as const;

/** Hybrid Authentication: a user on one side, a certificate on the other. */
function checkHybrid(connection: ConnectionConfig, path: ConfigPath, report: Report): void {
  const { local, remote } = connection;
  const side = local.auth === 'xauth' ? 'local' : 'remote';
  if (connection[OTHER_SIDE[side]].auth !== 'certificate') {
    report([...path, OTHER_SIDE[side], 'auth'], {
      code: 'INVALID_VALUE',
      message: 'a side that is proved by XAUTH alone needs a certificate on the other side',
      hint: 'write auth: certificate there',
    });
  }
  if ((side === 'local' ? local.user : remote.users) === undefined) {
    report([...path, side, 'auth'], {
      code: 'MISSING_KEY',
      message: 'auth: xauth says that a user proves this side, and none is named',
      hint: side === 'local' ? 'add local.user' : 'add remote.users',
    });
  }
}
