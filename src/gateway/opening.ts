import type { UdpEndpoint } from '../base/address.ts';
import type { EspBackend, EspHost, GuardedTraffic } from '../esp/backend.ts';
import type { Driver } from './driver.ts';
import type { TimelessEvent } from './events.ts';
import type { OpenSocket, UdpSockets } from './udp.ts';

export interface Opening {
  readonly driver: Driver;
  readonly backend: EspBackend;
  readonly sockets: UdpSockets;
  readonly openSocket: OpenSocket | undefined;
  readonly emit: (event: TimelessEvent) => void;
}

/** Opens the sockets and starts ESP. @throws IkeError BACKEND_FAILED; nothing stays open then */
export async function openAll(
  { driver, backend, sockets, openSocket, emit }: Opening,
  listening: readonly UdpEndpoint[],
  guards: readonly GuardedTraffic[],
): Promise<void> {
  const host: EspHost = {
    emit: (event) => {
      if (event.type === 'dropped') emit({ name: 'esp.dropped', reason: event.reason, count: event.count });
      else driver.espEvent(event);
    },
    sendEncapsulated: (bytes, local, remote) => sockets.send({ bytes, local, remote }),
  };
  try {
    for (const at of listening) await sockets.open(at, openSocket);
    await backend.start(host, guards);
  } catch (error) {
    await driver.stop();
    await sockets.close();
    await backend.close();
    throw error;
  }
}
