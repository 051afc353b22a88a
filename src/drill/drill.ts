import type { IpAddress } from '../base/address.ts';
import type { Duration } from '../base/instant.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { IkeEvent } from '../ike/events.ts';
import type { PacketKind } from './step-schema.ts';

/** Packets that something happens to, by who sends them to whom. */
export interface Packets {
  readonly from: string;
  readonly to: string;
  /** Undefined: all of them. */
  readonly only?: PacketKind | undefined;
}

/** What happens, and to whom. */
export type Action =
  | { readonly kind: 'cut'; readonly of: Packets }
  | { readonly kind: 'lose' | 'duplicate'; readonly of: Packets & { readonly part: number } }
  | { readonly kind: 'delay'; readonly of: Packets & { readonly by: Duration } }
  | { readonly kind: 'reorder'; readonly of: Packets & { readonly part: number; readonly by: Duration } }
  | { readonly kind: 'replay'; readonly of: Packets & { readonly every: Duration } }
  | {
      readonly kind: 'unplug' | 'kill' | 'reboot' | 'start' | 'freeze' | 'replace' | 'rebootNat' | 'up' | 'down';
      readonly of: string;
    }
  | { readonly kind: 'moveNat'; readonly of: { readonly gateway: string; readonly address: IpAddress } }
  | { readonly kind: 'clockJump'; readonly of: { readonly gateway: string; readonly by: Duration } }
  | { readonly kind: 'rekey'; readonly of: { readonly gateway: string; readonly phase: 1 | 2 } };

/** One thing that happens. Moments are times since the beginning. */
export interface Step {
  readonly at: Duration;
  /** When it is over; undefined: it stays so. */
  readonly until: Duration | undefined;
  readonly action: Action;
}

/** From and to, both included. */
export interface Span {
  readonly from: Duration;
  readonly to: Duration;
}

/** What has to be so. */
export type Expectation = { readonly span: Span; readonly text: string } & (
  | {
      readonly kind: 'event';
      readonly on: string;
      readonly to: string | undefined;
      readonly event: IkeEvent['name'];
      readonly where: Readonly<Record<string, string | number | boolean>>;
      readonly least: number;
      readonly most: number;
      /** Absent: `least` and `most` are of the whole span. */
      readonly per: Duration | undefined;
    }
  | { readonly kind: 'state'; readonly on: string; readonly to: string | undefined; readonly state: 'up' | 'down' }
  | { readonly kind: 'clear'; readonly on: string; readonly clear: 'none' | 'some' }
  | {
      readonly kind: 'answered';
      readonly from: string;
      readonly to: string;
      readonly answered: 'all' | 'some' | 'none';
    }
);

/** A configuration as it stands in a file. */
export interface ConfigurationFile {
  readonly gateway: object;
  readonly credentials: object;
  readonly connections: readonly Readonly<Record<string, unknown>>[];
}

/** One gateway of a drill. */
export interface Member {
  readonly name: string;
  /** What the file calls it; several have one name there where it says `count`. */
  readonly group: string;
  readonly address: IpAddress;
  readonly nat:
    | {
        readonly address: IpAddress;
        readonly timeout: Duration;
        readonly mapping: 'endpoint-independent' | 'endpoint-dependent';
      }
    | undefined;
  readonly peer: 'sallyport' | 'strongswan';
  /** It begins within this time, by chance. */
  readonly within: Duration;
  /** The file that its configuration is of. */
  readonly file: ConfigurationFile;
  /** Its connections are called as the gateways that they lead to. */
  readonly config: GatewayConfig;
}

export interface Traffic {
  /** Of members. */
  readonly from: string;
  readonly to: string;
  readonly every: Duration;
  readonly span: Span;
}

/** A drill that can be run. */
export interface Drill {
  readonly name: string;
  readonly purpose: string;
  readonly duration: Duration;
  readonly path: {
    readonly latency: Duration;
    readonly jitter: Duration;
    readonly loss: number;
    readonly duplication: number;
    readonly reordering: number;
  };
  readonly members: readonly Member[];
  readonly traffic: readonly Traffic[];
  readonly script: readonly Step[];
  readonly expectations: readonly Expectation[];
}

/** The members that a name of the file means. */
export const membersOf = ({ members }: Pick<Drill, 'members'>, name: string): readonly Member[] =>
  members.filter((member) => name === 'any' || member.group === name || member.name === name);
