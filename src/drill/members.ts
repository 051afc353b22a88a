import { type IpAddress, requireIpAddress } from '../base/address.ts';
import { selectorText } from '../base/selector.ts';
import type { ConfigPath } from '../config/config-error.ts';
import { checkConfig } from '../config/parse.ts';
import type { Refusal } from '../config/reading.ts';
import type { ConfigurationFile, Member } from './drill.ts';
import type { DrillFile } from './schema.ts';

type GatewayFile = DrillFile['gateways'][string];
type Part = Readonly<Record<string, unknown>>;

/** A gateway of the drill before it has a configuration. */
interface Place {
  readonly name: string;
  readonly group: string;
  readonly file: GatewayFile;
  readonly address: IpAddress;
  readonly nat: Member['nat'];
  readonly network: string;
}

/** Ours: what costs a simulation least and every peer can do. */
const PROPOSALS = { phase1: 'aes128-sha256-ecp256', phase2: 'aes128gcm16' } as const;

/** The name of the one tunnel of each connection. */
const TUNNEL = 'net';

type Report = (path: ConfigPath, refusal: Refusal, key?: boolean) => void;

/** The gateways with their configurations. What is reported makes the result unusable. */
export function membersIn(file: DrillFile, report: Report): Member[] {
  const places = placesIn(file);
  const pairs = pairsIn(file, places, report);
  return places.map((place) => {
    const peers = places.filter(({ name }) => pairs.has(`${place.name} ${name}`) || pairs.has(`${name} ${place.name}`));
    const written = configOf(file, place, peers, places[0]?.group);
    const { config, errors } = checkConfig(written);
    for (const { path, ...refusal } of errors) report(inDrill(path, place, file), refusal);
    const { name, group, address, nat } = place;
    const { peer = 'sallyport', within } = place.file;
    // Without a configuration the drill has errors, and nobody sees its members.
    return { ...{ name, group, address, nat, peer, within }, file: written, config: config ?? NO_CONFIG };
  });
}

const NO_CONFIG = {} as Member['config'];

function placesIn({ gateways }: DrillFile): Place[] {
  const places: Place[] = [];
  for (const [group, file] of Object.entries(gateways))
    for (let i = 1; i <= file.count; i++) {
      const number = places.length + 1;
      const [high, low] = [number >> 8, number & 0xff];
      const nat = file.nat && {
        address: file.nat.address ?? requireIpAddress(`203.0.113.${low}`),
        ...{ timeout: file.nat.timeout, mapping: file.nat.mapping },
      };
      places.push({
        ...{ name: file.count === 1 ? group : `${group}${i}`, group, file, nat },
        address:
          file.address ?? requireIpAddress(nat === undefined ? `192.0.${2 + high}.${low}` : `10.99.${high}.${low}`),
        network: file.network === undefined ? `10.${1 + high}.${low}.0/24` : selectorText(file.network.selector),
      });
    }
  return places;
}

/** Who has a connection with whom, as `from to`. */
function pairsIn({ gateways }: DrillFile, places: readonly Place[], report: Report): Set<string> {
  const pairs = new Set<string>();
  const [first] = places;
  for (const [group, { to = first === undefined || first.group === group ? [] : [first.group] }] of Object.entries(
    gateways,
  ))
    for (const [i, other] of to.entries()) {
      if (!Object.hasOwn(gateways, other)) report(['gateways', group, 'to', i], unknownGateway(other, gateways));
      for (const a of places)
        for (const b of places) if (a.group === group && b.group === other && a !== b) pairs.add(`${a.name} ${b.name}`);
    }
  return pairs;
}

export const unknownGateway = (name: string, gateways: object): Refusal => ({
  code: 'UNKNOWN_GATEWAY',
  message: `there is no gateway ${JSON.stringify(name)}`,
  hint: `there are ${Object.keys(gateways).join(', ')}`,
});

/** The configuration file that a gateway would have. */
function configOf(
  drill: DrillFile,
  place: Place,
  peers: readonly Place[],
  first: string | undefined,
): ConfigurationFile {
  const { name, file, address, network } = place;
  return {
    gateway: { name, listen: [address], limits: { tunnels: Math.max(1, peers.length) } },
    credentials: { psks: peers.map((peer) => ({ peers: [idOf(place), idOf(peer)], secret: secretOf(place, peer) })) },
    connections: peers.map((peer) => ({
      ...merged(
        {
          startup: startupOf(place, peer, first),
          phase1: { proposals: [PROPOSALS.phase1] },
          phase2: { proposals: [PROPOSALS.phase2] },
        },
        drill.connection,
        file.connection,
      ),
      ...{ name: peer.name, local: { address, id: idOf(place) } },
      remote: { address: peer.nat === undefined ? peer.address : '%any', id: idOf(peer) },
      tunnels: [{ name: TUNNEL, local: network, remote: peer.network }],
    })),
  };
}

const idOf = ({ name }: Place): string => `@${name}.example`;
const secretOf = (a: Place, b: Place): string => `between ${[a.name, b.name].toSorted().join(' and ')}, in a drill`;

/** Nobody can begin with who is behind a NAT. */
function startupOf({ group, nat }: Place, peer: Place, first: string | undefined): 'initiate' | 'wait' {
  if (peer.nat !== undefined) return 'wait';
  return nat !== undefined || group === first ? 'initiate' : 'wait';
}

/** Mappings go into each other, what stands further right goes before. */
function merged(...parts: readonly Part[]): Part {
  const result: Record<string, unknown> = {};
  for (const part of parts)
    for (const [key, value] of Object.entries(part)) {
      const before = result[key];
      result[key] = isMapping(before) && isMapping(value) ? { ...before, ...value } : value;
    }
  return result;
}

const isMapping = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where in the drill stands what is wrong in a configuration that was made of it. */
function inDrill(path: ConfigPath, { group, file }: Place, { connection }: DrillFile): ConfigPath {
  const [top, , key, ...rest] = path;
  if (top !== 'connections' || key === undefined) return ['gateways', group];
  const own = Object.hasOwn(file.connection, key) ? file.connection[key] : undefined;
  const [inner] = rest;
  const isOwn =
    own !== undefined &&
    (inner === undefined || !isMapping(own) || Object.hasOwn(own, inner) || !Object.hasOwn(connection, key));
  return isOwn ? ['gateways', group, 'connection', key, ...rest] : ['connection', key, ...rest];
}
