import { isOwnInterface } from '../base/local-address.ts';
import { addressesOf, ID_TYPE, type Identity, identityKey } from '../base/identity.ts';
import type { RemoteAddress } from '../base/remote-address.ts';
import type { ConnectionConfig, PskConfig } from './config.ts';
import { placeIdentity } from './place-identity.ts';

type Keys = readonly PskConfig[];
type Place = Pick<ConnectionConfig, 'local' | 'remote'>;

/**
 * The places of the keys that may fit a connection, in their order: all that do and, where each key names its peer, hardly another. With
 * thousands of both, to try every key on every connection takes minutes, and on every handshake what a Diffie-Hellman does.
 */
export function keysThatMayFit(psks: Keys, connection: Place): readonly number[] {
  const known = INDEXED.get(psks);
  if (known !== undefined) return known.mayFit(connection);
  const made = new KeyIndex(psks);
  INDEXED.set(psks, made);
  return made.mayFit(connection);
}
const INDEXED = new WeakMap<Keys, KeyIndex>();

/** Keys by those that they name. What names a range, or everybody, is looked at each time. */
class KeyIndex {
  readonly #open: number[] = [];
  /** With one peer, which is the remote side. */
  readonly #alone = new Named();
  /** With `%any` for one of the sides. */
  readonly #half = new Named();
  /** With a name for both. */
  readonly #both = new Named();

  constructor(psks: Keys) {
    for (const [at, { peers }] of psks.entries()) {
      const names = peers.filter((peer) => peer !== 'any');
      const anybody = peers.length - names.length;
      const narrow = names.length > 0 && anybody < 2 && names.every((name) => addressesOf(name) === undefined);
      if (!narrow) this.#open.push(at);
      else if (peers.length === 1) this.#alone.add(at, names);
      else if (anybody === 1) this.#half.add(at, names);
      else this.#both.add(at, names);
    }
  }

  mayFit({ local, remote }: Place): readonly number[] {
    const ours = textsOf(local.id, local.address === 'auto' || isOwnInterface(local.address) ? 'any' : local.address);
    const theirs = isSomebody(remote.id) ? textsOf(remote.id, remote.address) : undefined;
    const [one, other] = [this.#both.of(ours), this.#both.of(theirs)];
    const found = [
      ...this.#open,
      ...this.#alone.of(theirs),
      ...this.#half.of(theirs),
      ...(theirs === undefined ? [] : this.#half.of(ours)),
      ...(one.length < other.length ? one : other),
    ];
    return [...new Set(found)].sort((a, b) => a - b);
  }
}

/** Keys by the text of those that they name. */
class Named {
  readonly #all: number[] = [];
  readonly #byText = new Map<string, number[]>();

  add(at: number, names: readonly Identity[]): void {
    this.#all.push(at);
    for (const text of new Set(names.map(textOf))) {
      const there = this.#byText.get(text);
      if (there === undefined) this.#byText.set(text, [at]);
      else there.push(at);
    }
  }

  /** Those that name one of these; all where it may be anybody. */
  of(texts: readonly string[] | undefined): readonly number[] {
    return texts === undefined ? this.#all : texts.flatMap((text) => this.#byText.get(text) ?? []);
  }
}

/** Whether it is not one of several addresses, and not anybody. */
const isSomebody = (identity: Identity | 'any'): identity is Identity =>
  identity !== 'any' && addressesOf(identity) === undefined;

const textsOf = (id: Identity, address: RemoteAddress): readonly string[] => [
  textOf(id),
  ...(address === 'any' ? [] : [textOf(placeIdentity(address))]),
];

/** Those that are the same have the same. Distinguished names that are the same may be written in many ways, so they are all under one. */
const textOf = (identity: Identity): string => (identity.idType === ID_TYPE.DER_ASN1_DN ? 'DN' : identityKey(identity));
