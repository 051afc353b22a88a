/** The environment variable that the gateways of a demonstration have their key from, so that it lies on no disk. */
export const PSK_VARIABLE = 'SALLYPORT_DEMO_PSK';
/** The names that configurations give to the connection to the other side and to its tunnel. */
export const CONNECTION = 'other';

/** One side of the demonstration. */
export interface Side {
  readonly name: 'left' | 'right';
  /** Of the gateway itself. */
  readonly address: string;
  /** The network behind it, and the host in there that pings or is pinged. */
  readonly network: string;
  readonly host: string;
}

export interface ConfigurationOptions {
  readonly us: Side;
  readonly them: Side;
  /** Where the other side is reached: at its NAT router, where it has one. */
  readonly peerAddress: string;
  /** A device for ESP in the gateway's process, or the kernel. */
  readonly esp: 'memory' | 'tun' | 'kernel';
  readonly natt: 'auto' | 'force';
  readonly ports: { readonly ike: number; readonly natt: number };
  readonly socket: string;
}

/** The file of one gateway. JSON is YAML too. */
export function configurationText(options: ConfigurationOptions): string {
  const { us, them, peerAddress, esp, natt, ports, socket } = options;
  const configuration = {
    gateway: { name: us.name, listen: [us.address], ports },
    control: { socket },
    esp: esp === 'kernel' ? { backend: 'kernel' } : { backend: 'userspace', device: esp },
    credentials: { psks: [{ peers: ['@left', '@right'], secret: { env: PSK_VARIABLE } }] },
    connections: [
      {
        name: CONNECTION,
        startup: 'wait',
        local: { address: us.address, id: `@${us.name}` },
        remote: { address: peerAddress, id: `@${them.name}` },
        natt: { mode: natt },
        tunnels: [{ name: 'lan', local: us.network, remote: them.network }],
      },
    ],
  };
  return `${JSON.stringify(configuration, undefined, 2)}\n`;
}
