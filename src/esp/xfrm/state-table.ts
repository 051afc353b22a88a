import type { SaEnds } from '../sa.ts';
import type { KeylessSa } from './installed-state.ts';
import type { XfrmStateId } from './state.ts';

/** A state of ours in the kernel. */
export interface InstalledState {
  sa: KeylessSa;
  readonly reqid: number;
  readonly id: XfrmStateId;
  /** How often it may still be asked whether it was used; 0 where that is known or nobody waits for it. */
  looks: number;
}

/** Ours: 60 s at two looks a second, which is longer than a peer that has what it needs leaves an SA alone. */
const LOOKS = 120;

export class StateTable {
  readonly #states = new Map<string, InstalledState>();

  add(sa: KeylessSa, reqid: number): void {
    const destination = (sa.direction === 'inbound' ? sa.local : sa.remote).address;
    const mark = sa.handling?.mark;
    const looks = sa.direction === 'inbound' ? LOOKS : 0;
    this.#states.set(keyOf(sa.pair, sa.direction), {
      sa,
      reqid,
      id: { destination, spi: sa.spi, ...(mark && { mark }) },
      looks,
    });
  }
  get(pair: number, direction: KeylessSa['direction']): InstalledState | undefined {
    return this.#states.get(keyOf(pair, direction));
  }
  take(pair: number, direction: KeylessSa['direction']): InstalledState | undefined {
    const state = this.get(pair, direction);
    this.#states.delete(keyOf(pair, direction));
    return state;
  }
  move(state: InstalledState, ends: SaEnds): void {
    const { sa, reqid, looks } = state;
    this.add({ ...sa, ...ends }, reqid);
    const moved = this.get(sa.pair, sa.direction);
    if (moved !== undefined) moved.looks = looks;
  }
  /** What the kernel speaks of; undefined for those of others. */
  find({ spi, destination }: XfrmStateId): InstalledState | undefined {
    return this.all().find(({ id }) => id.spi === spi && id.destination === destination);
  }
  all(): InstalledState[] {
    return [...this.#states.values()];
  }
  clear(): void {
    this.#states.clear();
  }
}

const keyOf = (pair: number, direction: string): string => `${pair} ${direction}`;
