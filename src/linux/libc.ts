import { IkeError } from '../base/errors.ts';
import { koffi, nativeCalls, type NativeCall, nativeMemory, type NativeMemory } from './native.ts';

/** Pointers are plain numbers, which cost half of what buffers do; `intptr_t` stands for ssize_t. */
const SIGNATURES = {
  open: ['int', 'uintptr_t', 'int', 'int'],
  close: ['int', 'int'],
  read: ['intptr_t', 'int', 'uintptr_t', 'size_t'],
  write: ['intptr_t', 'int', 'uintptr_t', 'size_t'],
  ioctl: ['int', 'int', 'ulong', 'uintptr_t'],
  poll: ['int', 'uintptr_t', 'ulong', 'int'],
  eventfd: ['int', 'uint', 'int'],
  socket: ['int', 'int', 'int', 'int'],
  bind: ['int', 'int', 'uintptr_t', 'uint'],
  setsockopt: ['int', 'int', 'int', 'int', 'uintptr_t', 'uint'],
  getsockname: ['int', 'int', 'uintptr_t', 'uintptr_t'],
  send: ['intptr_t', 'int', 'uintptr_t', 'size_t', 'int'],
  recv: ['intptr_t', 'int', 'uintptr_t', 'size_t', 'int'],
  sendmmsg: ['int', 'int', 'uintptr_t', 'uint', 'int'],
  recvmmsg: ['int', 'int', 'uintptr_t', 'uint', 'int', 'uintptr_t'],
} as const;

type Libc = Readonly<Record<keyof typeof SIGNATURES, NativeCall>>;

let calls: Libc | undefined;
let names: ReadonlyMap<number, string> | undefined;
let scratch: NativeMemory | undefined;

export const O_RDWR = 2;
export const O_NONBLOCK = 0o4000;
export const O_CLOEXEC = 0o2_000_000;
/** SOCK_NONBLOCK and SOCK_CLOEXEC have the numbers of their O_ cousins. */
export const SOCK_FLAGS = O_NONBLOCK | O_CLOEXEC;

export function libc(): Libc {
  calls ??= nativeCalls(SIGNATURES);
  return calls;
}

/** `EPERM` and the like for the error of the last call of this thread. */
export function errnoName(): string {
  names ??= new Map(Object.entries(koffi().os.errno).map(([name, number]) => [number, name]));
  const number = koffi().errno();
  return names.get(number) ?? `errno ${number}`;
}

/** Whether the last call failed only because it would have had to wait. */
export function wouldBlock(): boolean {
  const name = errnoName();
  return name === 'EAGAIN' || name === 'EWOULDBLOCK' || name === 'EINTR';
}

/** The result of a call, or a BACKEND_FAILED that says which call of ours failed, why, and what to do. */
export function checked(result: number, what: string, advice: Readonly<Record<string, string>> = {}): number {
  if (result >= 0) return result;
  throw failure(what, errnoName(), advice);
}

/** `advice` is by errno name; what needs rights has one of its own. */
export function failure(what: string, errno: string, advice: Readonly<Record<string, string>> = {}): IkeError {
  const words = advice[errno] ?? RIGHTS[errno];
  return new IkeError('BACKEND_FAILED', { what, errno, ...(words !== undefined && { advice: words }) });
}

const RIGHTS: Readonly<Record<string, string>> = {
  EPERM: 'run as root, or give the process CAP_NET_ADMIN and CAP_NET_RAW',
  EACCES: 'run as root, or give the process CAP_NET_ADMIN and CAP_NET_RAW',
};

/** Memory for the arguments of one call; valid until the next use. */
export function scratchMemory(): NativeMemory {
  scratch ??= nativeMemory(4096);
  return scratch;
}

/** A C string in the scratch memory; its address. */
export function scratchString(text: string): number {
  const { bytes, address } = scratchMemory();
  const { written } = new TextEncoder().encodeInto(text, bytes.subarray(0, -1));
  bytes[written] = 0;
  return address;
}

export function setIntOption(fd: number, level: number, option: number, value: number, what: string): void {
  const { view, address } = scratchMemory();
  view.setInt32(0, value, true);
  checked(libc().setsockopt(fd, level, option, address, 4), what);
}

export function closeFd(fd: number): void {
  libc().close(fd);
}
