import { identityText } from '../base/identity.ts';
import { PeerProof } from '../ike/auth/proof.ts';
import type { Connection } from '../ike/connection.ts';
import type { Effect } from '../ike/effects.ts';
import { isWanted } from '../ike/exchange/peer-connection.ts';
import { isReplaced } from '../ike/life.ts';
import { LIMITS } from '../ike/limits.ts';
import { EspAgreement } from './esp-agreement.ts';
import type { Host } from './host.ts';
import type { CryptoWatch } from './watched-crypto.ts';

/** Something that must never be, was. */
export class InvariantBroken extends Error {
  override readonly name: string = 'InvariantBroken';
}

/** What one connection may hold at most, whatever its peer does. All ours. */
const BOUNDS = { isakmpSas: 64, pairs: 64, exchanges: 256 } as const;

/**
 * What is true after every step of a simulation, however bad the links and whatever the scenario:
 *
 * - nothing is a defect of ours (`internal.error`), and no deadline is left behind;
 * - what a host holds is bounded;
 * - no key and IV encrypt two messages, no ESP key serves two SAs;
 * - SAs come with a proof of the peer that its connection is for, and agree with what the peer installed;
 * - in the back end stands what the endpoint knows of, and the other way round, so an exchange that failed leaves nothing;
 * - a connection that is wanted and not up has something going on.
 */
export class Invariants {
  readonly #watch: CryptoWatch;
  readonly #agreement = new EspAgreement();

  constructor(watch: CryptoWatch) {
    this.#watch = watch;
  }

  /** Before an effect is carried out. */
  effect(host: Host, effect: Effect): void {
    if (effect.type === 'event' && effect.event.name === 'internal.error') throw broken(host, effect.event.text);
    if (effect.type !== 'install-sa') return;
    const { sa, proof } = effect;
    if (!(proof instanceof PeerProof) || !proof.valid) throw broken(host, `SA ${sa.pair} without proof`);
    const wanted = host.endpoint.connections.get(sa.connection)?.policy.remote;
    if (wanted === undefined) throw broken(host, `SA of a connection that is not: ${sa.connection}`);
    if (!isWanted(wanted, proof.identity))
      throw broken(host, `SA for ${identityText(proof.identity)} in ${sa.connection}`);
    const wrong = this.#agreement.installing(host.incarnation, sa);
    if (wrong !== undefined) throw broken(host, wrong);
  }

  /** When a host has done all that it had to do at this moment. */
  settled(host: Host): void {
    const [reused] = this.#watch.reused;
    if (reused !== undefined) throw broken(host, `key and IV used twice: ${reused}`);
    if (!host.up) return;
    this.#bounded(host);
    this.#backEndAgrees(host);
    for (const connection of host.endpoint.connections.values())
      if (isStuck(connection)) throw broken(host, `${connection.policy.name} is wanted, not up, and nothing goes on`);
  }

  #bounded(host: Host): void {
    const { endpoint, options } = host;
    const limits = { ...LIMITS, ...options.limits };
    const halfOpen = endpoint.gate.halfOpen.size;
    const held = [...endpoint.connections.values()].reduce((sum, { sas }) => sum + sas.size, 0);
    bound(host, 'half-open exchanges', halfOpen, limits.halfOpen);
    bound(host, 'ISAKMP SAs that no connection has', endpoint.sas.size - held, halfOpen);
    for (const { policy, sas, pairs, negotiations } of endpoint.connections.values()) {
      bound(host, `ISAKMP SAs of ${policy.name}`, sas.size, BOUNDS.isakmpSas);
      bound(host, `pairs of ${policy.name}`, pairs.size, BOUNDS.pairs);
      bound(host, `negotiations of ${policy.name}`, negotiations.size, limits.quickModes + policy.tunnels.length);
      for (const { exchanges } of sas)
        bound(host, `exchanges under an ISAKMP SA of ${policy.name}`, exchanges.size, BOUNDS.exchanges);
    }
    const jobs = [...endpoint.connections.values()].reduce((sum, { sas }) => sum + sas.size, limits.halfOpen);
    bound(host, 'jobs', host.jobs, jobs + limits.quickModes * Math.max(1, held));
  }

  #backEndAgrees(host: Host): void {
    const { endpoint, esp } = host;
    const connections = [...endpoint.connections.values()];
    const standing = new Set<string>();
    for (const { pair, direction, connection } of esp.installed) {
      standing.add(`${pair} ${direction}`);
      const known = endpoint.connections.get(connection);
      if (known?.pairs.has(pair) === true || known?.negotiations.has(pair) === true) continue;
      throw broken(host, `${direction} SA ${pair} of ${connection} stands and nobody knows of it`);
    }
    for (const { policy, pairs } of connections)
      for (const [pair, { outbound, tunnel, peer, ...life }] of pairs) {
        if (!standing.has(`${pair} inbound`))
          throw broken(host, `pair ${pair} of ${policy.name} is up without its inbound SA`);
        if (isReplaced(life)) continue;
        // While one waits to be used, another carries the packets.
        const carriers = [...pairs.values()].filter((other) => other.tunnel === tunnel && other.peer === peer);
        const able = outbound.state === 'used' ? [pair] : carriers.map((carrier) => carrier.pair);
        if (!able.some((carrier) => standing.has(`${carrier} outbound`)))
          throw broken(host, `pair ${pair} of ${policy.name} is up without its outbound SA`);
      }
    const negotiations = connections.reduce((sum, connection) => sum + connection.negotiations.size, 0);
    bound(host, 'SPIs that are reserved', esp.reserved.size, negotiations);
  }
}

/** Wanted, not up, and neither an attempt nor the time of the next one: it would stay down for ever. */
function isStuck(connection: Connection): boolean {
  const { policy, attempts, negotiations, sas } = connection;
  if (!attempts.wanted || attempts.next !== undefined || negotiations.size > 0) return false;
  if ([...sas].some(({ established }) => established === undefined)) return false;
  return !policy.tunnels.every(({ name }) => connection.isUp(name));
}

function bound(host: Host, what: string, have: number, most: number): void {
  if (have > most) throw broken(host, `${what}: ${have}, at most ${most}`);
}

function broken(host: Host, what: string): InvariantBroken {
  return new InvariantBroken(`${host.name}: ${what}`);
}
