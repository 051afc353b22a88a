import { checked, libc, O_CLOEXEC, O_NONBLOCK } from './libc.ts';
import { nativeMemory, type NativeMemory } from './native.ts';

let counter: NativeMemory | undefined;

function memory(): NativeMemory {
  counter ??= nativeMemory(8);
  return counter;
}

/** A file descriptor that wakes whoever polls it; one process may write and read it from several threads. */
export function openEventfd(): number {
  return checked(libc().eventfd(0, O_NONBLOCK | O_CLOEXEC), 'eventfd');
}

export function wake(fd: number): void {
  const { view, address } = memory();
  view.setBigUint64(0, 1n, true);
  // Fails only when 2^64 wakes are pending, which is as good as one.
  libc().write(fd, address, 8);
}

/** Makes the descriptor quiet until the next `wake`. */
export function clearWake(fd: number): void {
  libc().read(fd, memory().address, 8);
}
