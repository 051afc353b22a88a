import { IkeError } from '../base/errors.ts';
import { checked, closeFd, failure, libc, setIntOption, SOCK_FLAGS } from './libc.ts';
import { koffi, nativeMemory, type NativeMemory } from './native.ts';
import {
  NLM_F,
  NLMSG_DONE,
  NLMSG_ERROR,
  type NetlinkMessage,
  readNetlink,
  readNetlinkError,
  writeNetlink,
} from './netlink-message.ts';

export const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
/** The kernel builds a dump in pieces of up to 32 KB. */
const RECEIVE = 65_536;

/** A descriptor of a netlink socket; `what` names it in the error. @throws IkeError BACKEND_FAILED */
export const openNetlink = (family: number, what: string): number =>
  checked(libc().socket(AF_NETLINK, SOCK_RAW | SOCK_FLAGS, family), what);

/**
 * A netlink socket for requests. The kernel answers them before `send` returns, so nothing here waits or needs a thread.
 */
export class NetlinkSocket {
  readonly #fd: number;
  readonly #memory: NativeMemory = nativeMemory(RECEIVE);
  #sequence = 0;

  /** `family`: 0 is NETLINK_ROUTE, 6 is NETLINK_XFRM. */
  constructor(family: number) {
    const what = 'netlink socket';
    this.#fd = openNetlink(family, what);
    setIntOption(this.#fd, SOL_NETLINK, NETLINK_CAP_ACK, 1, what);
    setIntOption(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, 1, what);
  }

  /**
   * Sends a request and returns what came back before its acknowledgement. `what` names the request in errors.
   *
   * @throws IkeError with BACKEND_FAILED, the errno's name and the kernel's words.
   */
  request(type: number, flags: number, body: Uint8Array, what: string): NetlinkMessage[] {
    return this.#exchange(type, flags | NLM_F.REQUEST | NLM_F.ACK, body, what);
  }

  /** All messages of a dump. */
  dump(type: number, body: Uint8Array, what: string): NetlinkMessage[] {
    return this.#exchange(type, NLM_F.REQUEST | NLM_F.DUMP, body, what);
  }

  /** Of a dump in which there are keys what `read` makes of each message; nothing else of it stays in memory. */
  dumpOfSecrets<T>(type: number, body: Uint8Array, what: string, read: (message: NetlinkMessage) => T): T[] {
    return this.#readAndForget(this.dump(type, body, what), read);
  }

  /** The same of what answers a request. */
  requestOfSecrets<T>(
    ...[type, flags, body, what, read]: [...Parameters<NetlinkSocket['request']>, (message: NetlinkMessage) => T]
  ): T[] {
    return this.#readAndForget(this.request(type, flags, body, what), read);
  }

  #readAndForget<T>(messages: readonly NetlinkMessage[], read: (message: NetlinkMessage) => T): T[] {
    try {
      return messages.map(read);
    } finally {
      for (const message of messages) message.body.fill(0);
      this.#memory.bytes.fill(0);
    }
  }

  close(): void {
    closeFd(this.#fd);
  }

  #exchange(type: number, flags: number, body: Uint8Array, what: string): NetlinkMessage[] {
    const sequence = ++this.#sequence;
    const request = writeNetlink({ type, flags, sequence, body });
    if (request.length > RECEIVE) throw new IkeError('INVALID_ARGUMENT', { what, length: request.length });
    this.#memory.bytes.set(request);
    checked(libc().send(this.#fd, this.#memory.address, request.length, 0), what);
    const answers: NetlinkMessage[] = [];
    for (;;) {
      const length = checked(libc().recv(this.#fd, this.#memory.address, RECEIVE, 0), what);
      for (const message of readNetlink(this.#memory.bytes.slice(0, length))) {
        if (message.sequence !== sequence) continue;
        if (message.type === NLMSG_DONE) return answers;
        if (message.type !== NLMSG_ERROR) answers.push(message);
        else if (acknowledged(message, what)) return answers;
      }
    }
  }
}

function acknowledged(message: NetlinkMessage, what: string): true {
  const { errno, text } = readNetlinkError(message);
  if (errno === 0) return true;
  const name = Object.entries(koffi().os.errno).find(([, number]) => number === errno)?.[0] ?? `errno ${errno}`;
  const { details } = failure(what, name);
  throw new IkeError('BACKEND_FAILED', { ...details, ...(text !== undefined && { kernel: text }) });
}

/** Whether an error is the kernel's refusal with one of these errno names. */
export function hasErrno(error: unknown, ...names: readonly string[]): boolean {
  return IkeError.is(error) && names.includes(String(error.details['errno']));
}
