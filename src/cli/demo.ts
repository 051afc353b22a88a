import { requireIpAddress } from '../base/address.ts';
import type { GatewayConfig } from '../config/config.ts';
import { parseConfig } from '../config/parse.ts';
import { Gateway } from '../gateway/gateway.ts';
import { ControlError } from './control-client.ts';
import { eventLine } from './event-line.ts';
import { reportingErrors } from './report-error.ts';
import { statusLines } from './status-lines.ts';
import type { ExitStatus, Terminal } from './terminal.ts';

/** Above the ports that need rights, and not those of a gateway that may run here. */
const PORTS = { ike: 15_500, natt: 15_501 };
const PINGS = 3;

/**
 * `sallyport demo`: two gateways in this process, one on 127.0.0.1 and one on 127.0.0.2, which negotiate over real sockets and
 * carry pings between two hosts that exist in memory only. It needs no rights and changes nothing on the machine.
 */
export function demo(options: { readonly verbose: boolean }, terminal: Terminal): Promise<ExitStatus> {
  const plant = new Gateway(demoConfig('plant', 'hq'));
  const hq = new Gateway(demoConfig('hq', 'plant'));
  return reportingErrors(terminal, async () => {
    for (const gateway of [plant, hq]) {
      const { name } = gateway.config.gateway;
      gateway.subscribe((event) => {
        const quiet = event.name.startsWith('message.') || event.name === 'esp.dropped';
        if (options.verbose || !quiet) terminal.out(`${name.padEnd(5)} ${eventLine({ ...event, time: undefined })}`);
      });
    }
    try {
      await hq.start();
      await plant.start();
      await plant.up('hq');
      const { sent, received } = await plant.ping(requireIpAddress(SITES.hq.host), PINGS);
      terminal.out(
        `pings from ${SITES.plant.host} to ${SITES.hq.host} through the tunnel: ${sent} sent, ${received} answered`,
      );
      for (const line of statusLines(await plant.status())) terminal.out(line);
      if (received < sent)
        throw new ControlError('PINGS_LOST', `${sent - received} of ${sent} pings were not answered`);
    } finally {
      await plant.stop();
      await hq.stop();
    }
  });
}

const SITES = {
  plant: { address: '127.0.0.1', network: '10.1.0.0/24', host: '10.1.0.1' },
  hq: { address: '127.0.0.2', network: '10.2.0.0/24', host: '10.2.0.1' },
} as const;

function demoConfig(ours: keyof typeof SITES, theirs: keyof typeof SITES): GatewayConfig {
  const [we, they] = [SITES[ours], SITES[theirs]];
  return parseConfig({
    gateway: { name: ours, listen: [we.address], ports: PORTS },
    esp: { backend: 'userspace', device: 'memory' },
    credentials: { psks: [{ peers: ['@plant', '@hq'], secret: 'a key that everybody knows, for a demonstration' }] },
    connections: [
      {
        name: theirs,
        startup: 'wait',
        local: { id: `@${ours}` },
        remote: { address: they.address, id: `@${theirs}` },
        phase2: { proposals: ['aes128gcm16-modp2048'] },
        natt: { mode: 'force' },
        tunnels: [{ name: 'lan', local: we.network, remote: they.network }],
      },
    ],
  });
}
