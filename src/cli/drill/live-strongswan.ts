import { utf8Text } from '../../base/bytes.ts';
import { identityText } from '../../base/identity.ts';
import { selectorText } from '../../base/selector.ts';
import type { Member } from '../../drill/drill.ts';
import { Charon } from '../demo/charon.ts';
import type { Command } from '../demo/command.ts';
import type { Scene } from '../demo/gateway-process.ts';
import type { LiveGateway } from './live-gateway.ts';
import type { Site } from './live-network.ts';

/** strongSwan's charon in a network namespace, with its ESP in user space. What it does it tells nobody. */
export class LiveStrongswan implements LiveGateway {
  readonly #site: Site;
  readonly #scene: Scene;
  readonly #inside: (command: Command) => Command;
  #charon: Charon | undefined;

  constructor(site: Site, scene: Scene, inside: (command: Command) => Command) {
    this.#site = site;
    this.#scene = scene;
    this.#inside = inside;
  }

  async start(): Promise<void> {
    this.#charon = await Charon.start(swanctlConf(this.#site.member), this.#scene, this.#inside);
  }
  /** In a drill it answers: nobody hears what it does. */
  begin(): void {}

  async kill(): Promise<void> {
    await this.#charon?.daemon.kill();
  }
  freeze(): void {
    this.#charon?.daemon.signal('SIGSTOP');
  }
  thaw(): void {
    this.#charon?.daemon.signal('SIGCONT');
  }
  command(): Promise<void> {
    return Promise.resolve();
  }
}

/** The same connections as strongSwan writes them; kernel-libipsec needs ESP in UDP. */
function swanctlConf({ address, config }: Member): string {
  const connections = config.connections.map(({ name, local, remote, dpd, tunnels }) => {
    const [tunnel] = tunnels;
    const times = dpd === false ? '' : `dpd_delay = ${dpd.delay / 1000}s\n    dpd_timeout = ${dpd.timeout / 1000}s`;
    const action = dpd === false ? 'none' : { hold: 'trap', clear: 'clear', restart: 'start' }[dpd.action];
    return `  ${name} {
    version = 1
    local_addrs = ${address}
    remote_addrs = ${typeof remote.address === 'string' ? remote.address : '%any'}
    encap = yes
    proposals = aes128-sha256-ecp256
    ${times}
    local {
      auth = psk
      id = ${identityText(local.id)}
    }
    remote {
      auth = psk
      id = ${remote.id === 'any' ? '%any' : identityText(remote.id)}
    }
    children {
      net {
        local_ts = ${tunnel === undefined ? '' : selectorText(tunnel.local)}
        remote_ts = ${tunnel === undefined ? '' : selectorText(tunnel.remote)}
        esp_proposals = aes128gcm16
        dpd_action = ${action}
      }
    }
  }
`;
  });
  const secrets = config.credentials.psks.map(
    ({ secret }, i) => `  ike-${i} {\n    secret = "${utf8Text(secret.reveal())}"\n  }\n`,
  );
  return `connections {\n${connections.join('')}}\nsecrets {\n${secrets.join('')}}\n`;
}
