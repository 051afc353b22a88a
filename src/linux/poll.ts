import { checked, errnoName, libc } from './libc.ts';
import { nativeMemory, type NativeMemory } from './native.ts';

const POLLIN = 1;
const POLLERR = 8;
const POLLHUP = 16;
const POLLNVAL = 32;
const MOST = 64;

/** What one descriptor of a poll has to say. */
export type Readiness = 'quiet' | 'readable' | 'broken';

/** Waits for any of up to 64 descriptors to have something to read. */
export class Poller {
  readonly #memory: NativeMemory = nativeMemory(8 * MOST);
  #fds: readonly number[] = [];

  watch(fds: readonly number[]): void {
    this.#fds = fds.slice(0, MOST);
    for (const [i, fd] of this.#fds.entries()) {
      this.#memory.view.setInt32(8 * i, fd, true);
      this.#memory.view.setInt16(8 * i + 4, POLLIN, true);
    }
  }

  /**
   * How many are ready after at most `milliseconds`. Never without a limit: a call that does not return keeps its thread, and with it
   * the process, from ending.
   */
  wait(milliseconds: number): number {
    const ready = libc().poll(this.#memory.address, this.#fds.length, milliseconds);
    if (ready < 0 && errnoName() === 'EINTR') return 0;
    return checked(ready, 'poll');
  }

  /** The same on a thread of libuv's. */
  waitAsync(milliseconds: number): Promise<number> {
    return new Promise((resolve, reject) => {
      libc().poll.async(this.#memory.address, this.#fds.length, milliseconds, (error, ready) => {
        if (error === null || error === undefined) resolve(Math.max(ready, 0));
        else reject(error instanceof Error ? error : new Error('poll'));
      });
    });
  }

  /** Of the descriptor at this place in the list that is watched. */
  readiness(at: number): Readiness {
    const events = this.#memory.view.getInt16(8 * at + 6, true);
    if ((events & POLLNVAL) !== 0) return 'broken';
    if ((events & POLLIN) !== 0) return 'readable';
    return (events & (POLLERR | POLLHUP)) === 0 ? 'quiet' : 'broken';
  }
}
