import { toHex } from '../base/bytes.ts';
import { sameSelector, type TrafficSelector } from '../base/selector.ts';
import type { NegotiatedSa } from '../ike/effects.ts';

interface Half {
  readonly host: string;
  readonly sa: NegotiatedSa;
}

interface Both {
  readonly inbound: Half;
  outbound?: Half;
}

/**
 * What all hosts of a simulation have ever installed, by key. A direction of a tunnel is one key, installed inbound at one host and then
 * outbound at another with the same SPI, and the two directions of a pair lead to the same pair of the peer.
 */
export class EspAgreement {
  readonly #byKey = new Map<string, Both>();
  /** The keys of each pair that a host holds or held. */
  readonly #pairs = new Map<string, { inbound?: string; outbound?: string }>();

  /** What is wrong with an SA that is about to be installed; undefined where nothing is. */
  installing(host: string, sa: NegotiatedSa): string | undefined {
    const key = `${toHex(sa.keys.encryption)} ${toHex(sa.keys.integrity)}`;
    const half = { host, sa };
    return sa.direction === 'inbound' ? this.#inbound(key, half) : this.#outbound(key, half);
  }

  #inbound(key: string, half: Half): string | undefined {
    if (this.#byKey.has(key)) return `ESP key of SPI ${half.sa.spi} was used before`;
    this.#byKey.set(key, { inbound: half });
    const name = pairName(half);
    this.#pairs.set(name, { ...this.#pairs.get(name), inbound: key });
    return undefined;
  }

  #outbound(key: string, half: Half): string | undefined {
    const both = this.#byKey.get(key);
    const about = `outbound SA ${half.sa.pair} with SPI ${half.sa.spi}`;
    if (both === undefined) return `${about} has a key that no inbound SA has`;
    if (both.outbound !== undefined) return `${about} has a key that was used before`;
    const { inbound } = both;
    if (inbound.host === half.host) return `${about} leads to its own host`;
    const differs = difference(half.sa, inbound.sa);
    if (differs !== undefined) return `${about} differs in ${differs} from the inbound SA at ${inbound.host}`;
    both.outbound = half;
    const name = pairName(half);
    const own = { ...this.#pairs.get(name), outbound: key };
    this.#pairs.set(name, own);
    const back = this.#pairs.get(pairName(inbound))?.outbound;
    const sender = own.inbound === undefined ? undefined : this.#byKey.get(own.inbound)?.outbound;
    const crossed =
      (back !== undefined && back !== own.inbound) || (sender !== undefined && pairName(sender) !== pairName(inbound));
    if (crossed) return `${about} does not come back from ${inbound.host}`;
    return undefined;
  }
}

const pairName = ({ host, sa }: Half): string => `${host} ${sa.pair}`;

/** In what the two ends of one direction do not agree. */
function difference(outbound: NegotiatedSa, inbound: NegotiatedSa): string | undefined {
  if (outbound.spi !== inbound.spi) return 'SPI';
  if (outbound.suite.cipher !== inbound.suite.cipher || outbound.suite.integrity !== inbound.suite.integrity)
    return 'suite';
  if (outbound.mode !== inbound.mode) return 'mode';
  if (outbound.encapsulation !== inbound.encapsulation) return 'encapsulation';
  const mirrored =
    mirrors(outbound, outbound.localSelector, inbound.remoteSelector) &&
    mirrors(outbound, outbound.remoteSelector, inbound.localSelector);
  return mirrored ? undefined : 'selectors';
}

/** In transport mode the two ends of a NAT know a host by different addresses. */
function mirrors({ mode, encapsulation }: NegotiatedSa, own: TrafficSelector, other: TrafficSelector): boolean {
  const natted = mode === 'transport' && encapsulation === 'udp';
  return natted ? own.protocol === other.protocol && own.port === other.port : sameSelector(own, other);
}
