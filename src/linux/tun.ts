import { checked, closeFd, libc, O_CLOEXEC, O_NONBLOCK, O_RDWR, scratchMemory, scratchString } from './libc.ts';

const TUNSETIFF = 0x4004_54ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
const IFNAMSIZ = 16;

const RIGHTS =
  'creating a TUN device needs root or CAP_NET_ADMIN, and /dev/net/tun to be readable and writable: run as root, or in a container add --cap-add NET_ADMIN --device /dev/net/tun';
const ADVICE = {
  ENOENT: 'there is no /dev/net/tun: load the module tun, or in a container add --device /dev/net/tun',
  ENODEV: 'the kernel has no TUN driver: load the module tun',
  EPERM: RIGHTS,
  EACCES: RIGHTS,
  EBUSY: 'another process has a device of this name: give another one',
  EINVAL: 'a device name has 1 to 15 letters and digits',
};

/** A TUN device: a network interface whose packets this process reads and writes. It is gone when `fd` is closed. */
export interface TunDevice {
  readonly fd: number;
  /** The name that the device got. */
  readonly name: string;
}

/**
 * `name` may hold `%d`, for which the kernel puts the first number that is free.
 *
 * @throws IkeError with BACKEND_FAILED that says in words which right or module is missing.
 */
export function openTun(name: string): TunDevice {
  const what = `TUN device ${name}`;
  const fd = checked(libc().open(scratchString('/dev/net/tun'), O_RDWR | O_NONBLOCK | O_CLOEXEC, 0), what, ADVICE);
  try {
    const { bytes, view, address } = scratchMemory();
    scratchString(name.slice(0, IFNAMSIZ - 1));
    view.setUint16(IFNAMSIZ, IFF_TUN | IFF_NO_PI, true);
    bytes.fill(0, IFNAMSIZ + 2, 40);
    checked(libc().ioctl(fd, TUNSETIFF, address), what, ADVICE);
    return { fd, name: String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0))) };
  } catch (error) {
    closeFd(fd);
    throw error;
  }
}
