import type { IpAddress } from '../base/address.ts';
import { IkeError } from '../base/errors.ts';
import type { OwnAddress } from '../base/local-address.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { EspBackend } from '../esp/backend.ts';
import type { IkeEndpoint } from '../ike/endpoint.ts';
import { NetworkWatch } from '../linux/network-watch.ts';
import type { ChosenBackend } from './esp-backend.ts';
import type { Driver } from './driver.ts';
import type { TimelessEvent } from './events.ts';
import { listeningEndpoints, ownAddresses } from './listening.ts';
import type { UdpSockets } from './udp.ts';

export interface OwnNetworkParts {
  readonly endpoint: Pick<IkeEndpoint, 'connections'>;
  readonly driver: Pick<Driver, 'command'>;
  readonly backend: Pick<EspBackend, 'networkChanged'>;
  readonly sockets: Pick<UdpSockets, 'open'>;
  readonly openSocket: ChosenBackend['openSocket'] | undefined;
  readonly emit: (event: TimelessEvent) => void;
}

/** Where this machine is: its addresses as they come and go, and the sockets at them (docs/decisions/0051). */
export class OwnNetwork {
  readonly #parts: OwnNetworkParts;
  #known: readonly OwnAddress[] = ownAddresses();
  #watch: NetworkWatch | undefined;

  constructor(parts: OwnNetworkParts) {
    this.#parts = parts;
    parts.driver.command({ type: 'network', addresses: this.#known });
  }

  /** Calls when there is something to follow. Where the system does not tell, a gateway stays where it is until it is started anew. */
  watch(changed: () => void): void {
    try {
      this.#watch = new NetworkWatch(changed);
    } catch (error) {
      if (!IkeError.is(error)) throw error;
    }
  }

  close(): void {
    this.#watch?.close();
  }

  /** Sockets at new addresses first, then what the connections make of it. Those at addresses that are gone stay: ESP's socket shares the port, and theirs has to be the first. */
  async follow(config: GatewayConfig): Promise<void> {
    try {
      await this.#follow(config);
    } catch (error) {
      // Nobody waits for this; the next change is another try.
      this.#parts.emit({ name: 'internal.error', text: error instanceof Error ? error.message : String(error) });
    }
  }

  async #follow(config: GatewayConfig): Promise<void> {
    const { endpoint, driver, backend, sockets, openSocket, emit } = this.#parts;
    const before = this.#known;
    this.#known = ownAddresses();
    const appeared = without(this.#known, before);
    const gone = without(before, this.#known);
    if (appeared.length + gone.length > 0) emit({ name: 'network.changed', appeared, gone });
    const here = new Set(this.#known.map(({ address }) => address));
    const policies = [...endpoint.connections.values()].map(({ policy }) => policy);
    for (const at of listeningEndpoints(config, policies).filter(({ address }) => here.has(address)))
      await sockets
        .open(at, openSocket)
        .catch((error: unknown) => emit({ name: 'socket.failed', endpoint: at, reason: String(error) }));
    await backend.networkChanged?.();
    driver.command({ type: 'network', addresses: this.#known });
  }
}

const without = (some: readonly OwnAddress[], others: readonly OwnAddress[]): IpAddress[] =>
  some.filter((one) => !others.some(({ address }) => address === one.address)).map(({ address }) => address);
