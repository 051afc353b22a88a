import { checked, closeFd, errnoName, failure, libc, scratchMemory, SOCK_FLAGS } from './libc.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;

/**
 * Something of which there is one in a network namespace, taken for this process: an abstract socket, whose name the kernel gives free
 * when the process is gone, however it went. Undefined where somebody has it; else the way to give it back.
 *
 * @throws IkeError BACKEND_FAILED
 */
export function lockNamespace(name: string): (() => void) | undefined {
  const what = `lock ${name}`;
  const fd = checked(libc().socket(AF_UNIX, SOCK_DGRAM | SOCK_FLAGS, 0), what);
  const { bytes, view, address } = scratchMemory();
  view.setUint16(0, AF_UNIX, true);
  // A name that begins with a zero is no file (unix(7)).
  bytes[2] = 0;
  const { written } = new TextEncoder().encodeInto(name, bytes.subarray(3, 110));
  if (libc().bind(fd, address, 3 + written) >= 0) return () => closeFd(fd);
  const errno = errnoName();
  closeFd(fd);
  if (errno === 'EADDRINUSE') return undefined;
  throw failure(what, errno);
}
