import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { claimSocket } from '../../src/status/control-socket.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A listener that ends with the test. */
function listening(): { server: Server; listen: (path: string) => Promise<void>; paths: string[] } {
  const server = createServer((socket) => socket.end());
  const paths: string[] = [];
  onTestFinished(() => {
    server.close();
  });
  const listen = (path: string): Promise<void> => {
    paths.push(path);
    return new Promise((resolve, reject) => {
      server.on('error', reject);
      server.listen(path, resolve);
    });
  };
  return { server, listen, paths };
}

const refused = (path: string, reason: string | RegExp) =>
  expect.objectContaining({ code: 'CONTROL_SOCKET', details: { path, reason: expect.stringMatching(reason) } });

describe('claimSocket', () => {
  test('puts a socket with the mode at the path, and nothing else', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'control');
    const { listen } = listening();
    const socket = await claimSocket(path, 0o660, listen);
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(readdirSync(folder)).toEqual(['control']);
    await socket.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('lets nobody in before the mode is right: until then the socket is in a folder of our own', async () => {
    const path = join(temporaryFolder(), 'control');
    const { listen } = listening();
    let mode = 0;
    const socket = await claimSocket(path, 0o600, async (temporary) => {
      mode = statSync(join(temporary, '..')).mode & 0o777;
      expect(existsSync(path)).toBe(false);
      await listen(temporary);
    });
    expect(mode).toBe(0o700);
    await socket.release();
  });

  test('takes the place of a socket that nobody listens at', async () => {
    const path = join(temporaryFolder(), 'control');
    const first = listening();
    await claimSocket(path, 0o600, first.listen);
    await new Promise((resolve) => first.server.close(resolve));
    expect(statSync(path).isSocket()).toBe(true);
    const before = statSync(path).ino;
    await claimSocket(path, 0o600, listening().listen);
    expect(statSync(path).ino).not.toBe(before);
  });

  test('leaves a running gateway alone', async () => {
    const path = join(temporaryFolder(), 'control');
    await claimSocket(path, 0o600, listening().listen);
    const before = statSync(path).ino;
    await expect(claimSocket(path, 0o600, listening().listen)).rejects.toEqual(
      refused(path, /^another gateway is running there$/),
    );
    expect(statSync(path).ino).toBe(before);
  });

  test('leaves a file alone that is no socket', async () => {
    const path = join(temporaryFolder(), 'control');
    writeFileSync(path, 'precious');
    await expect(claimSocket(path, 0o600, listening().listen)).rejects.toEqual(
      refused(path, /^something that is no socket lies there$/),
    );
    expect(statSync(path).size).toBe(8);
  });

  test('does not remove what another has put in its place', async () => {
    const path = join(temporaryFolder(), 'control');
    const socket = await claimSocket(path, 0o600, listening().listen);
    rmSync(path);
    writeFileSync(path, 'precious');
    await socket.release();
    expect(existsSync(path)).toBe(true);
  });

  test('refuses a path that the kernel would cut', async () => {
    const folder = temporaryFolder();
    const longest = join(folder, 'x'.repeat(107 - folder.length - 1));
    const socket = await claimSocket(longest, 0o600, listening().listen);
    await socket.release();
    await expect(claimSocket(`${longest}x`, 0o600, listening().listen)).rejects.toEqual(
      refused(`${longest}x`, /^the path is too long: 108 characters/),
    );
  });

  test('says which folder is not there', async () => {
    const path = join(temporaryFolder(), 'nowhere', 'control');
    await expect(claimSocket(path, 0o600, listening().listen)).rejects.toEqual(refused(path, /^ENOENT/));
  });

  test('leaves nothing behind where listening does not work', async () => {
    const folder = temporaryFolder();
    const failing = () => Promise.reject(new Error('no'));
    await expect(claimSocket(join(folder, 'control'), 0o600, failing)).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });
});
