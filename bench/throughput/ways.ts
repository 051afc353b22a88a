import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must, resultText } from '../../test/lab/command.ts';
import { Daemon } from '../../test/lab/daemon.ts';
import type { Lab } from '../../test/lab/lab.ts';
import type { Site } from '../../test/lab/network.ts';
import type { Charon } from '../../test/lab/charon.ts';
import type { Sallyport } from '../../test/lab/sallyport.ts';
import { openWay, type Way } from './way.ts';

const PSK = 'a secret for the bench';
const PHASE1 = 'aes128-sha256-modp2048';
/** All devices have the MTU that ours and charon's have by default. */
const MTU = 1400;

/** Builds something that carries packets between two networks of a lab. */
export type WayBuilder = (lab: Lab) => Promise<Way>;

/** No gateway: the cables and the router between them. */
export const bareWay: WayBuilder = async (lab) => openWay(lab, 'bare veth', await lab.network(), 'address');

/** Two gateways of ours with user-space ESP on TUN devices, AES-128-GCM in UDP. */
export const ourWay: WayBuilder = async (lab) => {
  const network = await lab.network();
  const start = async (here: Site, there: Site): Promise<Sallyport> => {
    const suites = { phase1: [PHASE1], phase2: ['aes128gcm16'], natt: 'force' } as const;
    return lab.sallyport(here, { listen: [here.address], connections: [{ ...ends(here, there), ...suites }] });
  };
  await start(network.right, network.left);
  await (await start(network.left, network.right)).up();
  return openWay(lab, 'sallyport', network, 'inner');
};

/** Two charons with kernel-libipsec, which is ESP in user space on a TUN device; AES-128-GCM in UDP, by OpenSSL. */
export const libipsecWay: WayBuilder = async (lab) => {
  const network = await lab.network();
  const start = (here: Site, there: Site): Promise<Charon> => {
    const connection = { ...ends(here, there), proposals: PHASE1, espProposals: 'aes128gcm16' };
    return lab.charon(here, { esp: 'userspace', quiet: true, connections: [connection] });
  };
  await start(network.right, network.left);
  const result = await (await start(network.left, network.right)).initiate();
  if (result.status !== 0) throw new Error(resultText(result));
  return openWay(lab, 'kernel-libipsec', network, 'inner');
};

/** Two of WireGuard's user-space programs; ChaCha20-Poly1305, the only cipher that it has. */
export const wireguardWay: WayBuilder = async (lab) => {
  const network = await lab.network();
  const keys = { left: await keyPair(), right: await keyPair() };
  await startWireguard(lab, network.left, network.right, keys.left.secret, keys.right.open);
  await startWireguard(lab, network.right, network.left, keys.right.secret, keys.left.open);
  return openWay(lab, 'wireguard-go', network, 'inner');
};

interface KeyPair {
  readonly secret: string;
  readonly open: string;
}

async function keyPair(): Promise<KeyPair> {
  const secret = await must(['wg', 'genkey']);
  return { secret, open: (await must(['wg', 'pubkey'], { input: secret })).trim() };
}

const WIREGUARD_PORT = 51_820;

async function startWireguard(lab: Lab, here: Site, there: Site, secret: string, peer: string): Promise<void> {
  const folder = join(lab.folder, here.name);
  await mkdir(folder, { recursive: true });
  const keyFile = join(folder, 'key');
  await writeFile(keyFile, secret, { mode: 0o600 });
  // The device's name is also that of a socket in /run, which all namespaces share.
  const device = `wg${process.pid}${here.name[0]}`;
  const { namespace } = here;
  const daemon = new Daemon('wireguard-go', namespace.command(['wireguard-go', '--foreground', device]), { folder });
  lab.defer(() => daemon.stop('SIGTERM'));
  await daemon.ready('its device', async () => (await namespace.exec(['wg', 'show', device])).status === 0);
  const far = ['peer', peer, 'allowed-ips', there.network, 'endpoint', `${there.address}:${WIREGUARD_PORT}`];
  const own = ['listen-port', String(WIREGUARD_PORT), 'private-key', keyFile];
  await namespace.must(['wg', 'set', device, ...own, ...far]);
  await namespace.ip([
    `link set ${device} mtu ${MTU} up`,
    `route add ${there.network} dev ${device} src ${here.inner}`,
  ]);
}

function ends(here: Site, there: Site) {
  return {
    local: here.address,
    remote: there.address,
    localId: here.address,
    remoteId: there.address,
    psk: PSK,
    localNetwork: here.network,
    remoteNetwork: there.network,
  };
}
