import { chmod, link, lstat, mkdtemp, rm, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { IkeError } from '../base/errors.ts';

/** `sun_path` of unix(7) with its terminating zero: the kernel cuts a longer one without a word. */
const LONGEST_PATH = 107;
/** What the private folder and the name in it add to the folder of the socket. */
const TEMPORARY = '/.sp-XXXXXX/s';

export interface ControlSocket {
  /** Removes the socket, if it is still ours. */
  release(): Promise<void>;
}

/**
 * Lets `listen` make a socket and puts it at `path` with `mode`.
 *
 * The socket is made in a folder that nobody else can enter and linked to its place only when its mode is right: there is no
 * moment in which others could connect, and of two gateways that start at once one gets the place. (Setting the umask would do
 * it too, but for every file that the process makes meanwhile.)
 */
export async function claimSocket(
  path: string,
  mode: number,
  listen: (path: string) => Promise<void>,
): Promise<ControlSocket> {
  const longest = Math.max(path.length, dirname(path).length + TEMPORARY.length);
  if (longest > LONGEST_PATH)
    throw refusal(
      path,
      `the path is too long: ${longest} characters with what is needed meanwhile, at most ${LONGEST_PATH}`,
    );
  const folder = await mkdtemp(join(dirname(path), '.sp-')).catch((error: unknown) => {
    throw refusal(path, reasonOf(error));
  });
  try {
    const temporary = join(folder, 's');
    await listen(temporary);
    await chmod(temporary, mode);
    const { ino } = await lstat(temporary);
    await linkInto(temporary, path);
    return { release: () => removeIfOurs(path, ino) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function linkInto(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw refusal(path, reasonOf(error));
    await removeIfStale(path);
    await link(temporary, path).catch((again: unknown) => {
      throw refusal(path, codeOf(again) === 'EEXIST' ? 'another gateway has just taken it' : reasonOf(again));
    });
  }
}

async function removeIfStale(path: string): Promise<void> {
  if (!(await lstat(path)).isSocket()) throw refusal(path, 'something that is no socket lies there');
  if (await isAnswered(path)) throw refusal(path, 'another gateway is running there');
  await unlink(path);
}

/** Whether somebody accepts connections at a socket. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', (error) => {
      // A crashed process leaves the file behind, and nobody listens at it.
      if (codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'ENOENT') resolve(false);
      else reject(refusal(path, reasonOf(error)));
    });
  });
}

async function removeIfOurs(path: string, ino: number): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there?.ino === ino) await unlink(path);
}

const refusal = (path: string, reason: string): IkeError => new IkeError('CONTROL_SOCKET', { path, reason });

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
