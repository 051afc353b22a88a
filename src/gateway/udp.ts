import type { SocketOptions } from 'node:dgram';
import type { SocketAsPromised } from 'dgram-as-promised';
import { type IpAddress, isIpv6, requireIpAddress, type UdpEndpoint } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { Datagram } from '../ike/effects.ts';

/** A file descriptor of a bound socket, where the plain way of Node is not enough; undefined to take that. */
export type OpenSocket = (endpoint: UdpEndpoint) => Promise<number | undefined>;

/**
 * The UDP sockets of a gateway: for each local address one on the IKE port and one on the NAT-T port, so that each datagram shows
 * which address it came to, and answers leave from there.
 */
export class UdpSockets {
  readonly #sockets = new Map<string, { readonly endpoint: UdpEndpoint; readonly socket: SocketAsPromised }>();
  #sending = 0;
  #sent: () => void = () => undefined;
  readonly #receive: (datagram: Datagram) => void;
  readonly #failed: (error: Error, endpoint: UdpEndpoint) => void;

  constructor(handlers: {
    receive: (datagram: Datagram) => void;
    failed: (error: Error, endpoint: UdpEndpoint) => void;
  }) {
    this.#receive = handlers.receive;
    this.#failed = handlers.failed;
  }

  /** One that is open stays so. @throws IkeError BACKEND_FAILED with the address, the port and the system's reason */
  async open(endpoint: UdpEndpoint, openSocket: OpenSocket = async () => undefined): Promise<void> {
    if (this.#sockets.has(key(endpoint))) return;
    const { DgramAsPromised } = await import('dgram-as-promised');
    const type = isIpv6(endpoint.address) ? 'udp6' : 'udp4';
    const socket = DgramAsPromised.createSocket(
      { type, ipv6Only: type === 'udp6', lookup },
      (bytes, { address, port }) => {
        // A link-local source has its zone behind a %, which is no part of the address.
        const remote = { address: requireIpAddress(address.replace(/%.*$/, '')), port };
        this.#receive({ local: endpoint, remote, bytes });
      },
    );
    try {
      const fd = await openSocket(endpoint);
      await (fd === undefined ? socket.bind(endpoint.port, endpoint.address) : socket.bind({ fd }));
    } catch (error) {
      socket.destroy();
      throw bindError(error, endpoint);
    }
    socket.socket.on('error', (error) => this.#failed(error, endpoint));
    this.#sockets.set(key(endpoint), { endpoint, socket });
  }

  /** Sends from the socket of the datagram's local end. What cannot be sent is lost, as UDP loses things, and reported. */
  send({ local, remote, bytes }: Datagram): void {
    const socket = this.#sockets.get(key(local))?.socket.socket;
    if (socket === undefined) return this.#failed(new Error('no socket has this address'), local);
    // A datagram may come from port 0, and Node throws where one is to go there.
    if (remote.port === 0) return this.#failed(new Error(`${remote.address} has no port to send to`), local);
    // The callback form: a promise a packet would be the dearest part of sending.
    this.#sending++;
    socket.send(bytes, remote.port, remote.address, (error) => {
      this.#sending--;
      if (error !== null) this.#failed(error, local);
      if (this.#sending === 0) this.#sent();
    });
  }

  /** Closes when what was given to `send` has left: Node sends in a later turn, and a socket that is closed first sends nothing. */
  async close(): Promise<void> {
    if (this.#sending > 0) await new Promise<void>((resolve) => (this.#sent = resolve));
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    await Promise.all(sockets.map(({ socket }) => socket.close()));
  }
}

/** Only addresses are sent to: Node's own look-up would find that out anew for each datagram, in a later turn. */
const lookup: NonNullable<SocketOptions['lookup']> = (address, _options, callback) =>
  callback(null, address, address.includes(':') ? 6 : 4);

const key = ({ address, port }: UdpEndpoint): string => `${address} ${port}`;

const BIND_ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'ports below 1024 need root or CAP_NET_BIND_SERVICE; or set gateway.ports to higher ones on both sides',
  EADDRINUSE: 'another program has this port, often strongSwan or a second gateway; stop it or set gateway.ports',
  EADDRNOTAVAIL: 'this host has no such address; correct gateway.listen or the local address of the connection',
};

function bindError(error: unknown, { address, port }: UdpEndpoint): IkeError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const advice = BIND_ADVICE[reason];
  return new IkeError(
    'BACKEND_FAILED',
    { what: 'UDP socket', address, port, reason, ...(advice === undefined ? {} : { advice }) },
    { cause: error },
  );
}

/**
 * The address from which this host would send to another; a connected UDP socket knows it without sending anything. `from`: only
 * where there is a way from this one. @throws IkeError BACKEND_FAILED where there is none
 */
export async function sourceAddressFor(
  remote: IpAddress,
  { from, openSocket }: { readonly from?: IpAddress; readonly openSocket?: OpenSocket | undefined } = {},
): Promise<IpAddress> {
  const { DgramAsPromised } = await import('dgram-as-promised');
  const probe = DgramAsPromised.createSocket(isIpv6(remote) ? 'udp6' : 'udp4');
  try {
    const address = from ?? requireIpAddress(isIpv6(remote) ? '::' : '0.0.0.0');
    const fd = await openSocket?.({ address, port: 0 });
    await (fd === undefined ? probe.bind(0, address) : probe.bind({ fd }));
    await new Promise<void>((resolve, reject) => {
      probe.socket.once('error', reject);
      // The port means nothing: no packet leaves.
      probe.socket.connect(9, remote, (error?: Error | null) => (error ? reject(error) : resolve()));
    });
    return requireIpAddress(probe.address().address);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new IkeError('BACKEND_FAILED', { what: 'route to the peer', address: remote, reason }, { cause: error });
  } finally {
    // `destroy` only stops listening to it: the descriptor would stay.
    probe.socket.close();
    probe.destroy();
  }
}
