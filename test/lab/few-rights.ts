import { chmod, chown, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from './command.ts';

/** Debian's `nobody`, who owns no file. */
export const NOBODY = 65_534;

/** The files in a folder become a user's, who can get to it; what lies beside it does not. */
export async function giveTo(user: number, folder: string): Promise<void> {
  const files = await readdir(folder);
  for (const path of [folder, ...files.map((file) => join(folder, file))]) await chown(path, user, user);
  await chmod(dirname(folder), 0o711);
}

/**
 * The command line that runs `command` as a user who has these capabilities and no others, in `home`, wherever that lies: the user
 * sees it under /mnt. For a mount namespace of its own, as `ip netns exec` makes one.
 */
export function commandOf(user: number, capabilities: readonly string[], home: string, command: Command): Command {
  const plus = capabilities.map((capability) => `+${capability.toLowerCase().replace('cap_', '')}`).join(',');
  const become = [
    ...['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs', '--pdeathsig=TERM'],
    ...[`--inh-caps=-all,${plus}`, `--ambient-caps=-all,${plus}`, `--bounding-set=-all,${plus}`],
  ];
  const script = 'mount --bind "$1" /mnt && cd /mnt && shift && exec "$@"';
  return ['sh', '-c', script, 'sh', home, ...become, '--', ...command];
}
