import type * as Prom from 'prom-client';
import { BoundedMap } from '../base/bounded.ts';
import type { IkeEvent } from '../ike/events.ts';
import type { EventSource } from './event-feed.ts';
import type { GatewayStatus } from './gateway-status.ts';
import type { TimedEvent } from './kept-event.ts';
import { type Metric, type MetricName, METRICS } from './metric-table.ts';

type Labels = Readonly<Record<string, string>>;

/** Ours: negotiations under way of which the beginning is remembered. */
const MOST_BEGUN = 10_000;

type Named<Kind> = {
  readonly [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

/** Events of a negotiation, from which its name is made. */
type OfNegotiation = Extract<IkeEvent, { readonly name: `phase${1 | 2}.${'started' | 'established' | 'failed'}` }>;

/** The metrics of a gateway, by `METRICS`: counters and histograms of what happens from now on, and what the status says when it is asked. */
export class Metrics {
  readonly #registry: Prom.Registry<Prom.OpenMetricsContentType>;
  readonly #gauges = new Map<string, Prom.Gauge>();
  readonly #counters = new Map<string, Prom.Counter>();
  readonly #histograms = new Map<string, Prom.Histogram>();
  readonly #end: () => void;
  /** When each negotiation that is under way began, milliseconds since 1970. */
  readonly #begun = new BoundedMap<string, number>(MOST_BEGUN);

  constructor(prom: typeof Prom, source: EventSource) {
    const registry = new prom.Registry<Prom.OpenMetricsContentType>();
    registry.setContentType(prom.Registry.OPENMETRICS_CONTENT_TYPE);
    this.#registry = registry;
    for (const [name, { kind, help, labels, ...rest }] of Object.entries<Metric>(METRICS)) {
      const options = { name, help, labelNames: labels, registers: [registry] };
      if (kind === 'gauge') this.#gauges.set(name, new prom.Gauge(options));
      else if (kind === 'counter') this.#counters.set(name, new prom.Counter(options));
      else this.#histograms.set(name, new prom.Histogram({ ...options, buckets: [...(rest.buckets ?? [])] }));
    }
    this.#end = source.subscribe((event) => this.#count(event as TimedEvent & IkeEvent));
  }

  /** The media type of `text`: OpenMetrics 1.0. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything, with the gauges as the status says. */
  async text(status: GatewayStatus): Promise<string> {
    this.#look(status);
    return this.#registry.metrics();
  }

  /** Ends the subscription. */
  close(): void {
    this.#end();
  }

  #look({ gateway, connections, halfOpenByStanding, drops, esp }: GatewayStatus): void {
    // What is no more is not told any more.
    for (const gauge of this.#gauges.values()) gauge.reset();
    this.#set('sallyport_build_info', { version: gateway.version }, 1);
    this.#set('sallyport_uptime_seconds', {}, gateway.upMilliseconds / 1000);
    for (const [standing, count] of Object.entries(halfOpenByStanding))
      this.#set('sallyport_half_open', { standing }, count);
    this.#total('sallyport_ike_drops_total', drops);
    this.#total('sallyport_esp_drops_total', esp.drops);
    for (const { name: connection, state, tunnels } of connections) {
      this.#set('sallyport_connection_up', { connection }, state === 'up' ? 1 : 0);
      for (const { name: tunnel, state: its, traffic } of tunnels) {
        this.#set('sallyport_tunnel_up', { connection, tunnel }, its === 'up' ? 1 : 0);
        if (traffic === undefined) continue;
        for (const direction of ['inbound', 'outbound'] as const) {
          this.#set('sallyport_tunnel_bytes', { connection, tunnel, direction }, traffic[direction].bytes);
          this.#set('sallyport_tunnel_packets', { connection, tunnel, direction }, traffic[direction].packets);
        }
      }
    }
  }

  #count(event: TimedEvent & IkeEvent): void {
    const { name } = event;
    if (name === 'phase1.started' || name === 'phase2.started') this.#begin(event);
    else if (name === 'phase1.established' || name === 'phase2.established') this.#ended(event, '');
    else if (name === 'phase1.failed' || name === 'phase2.failed') this.#ended(event, event.failure.code);
    else if (name === 'phase1.ended' || name === 'phase2.ended')
      this.#add('sallyport_sas_ended_total', { phase: phaseOf(event), reason: event.reason });
    else this.#countOthers(event);
  }

  #countOthers(event: IkeEvent): void {
    const { name } = event;
    if (name === 'message.sent' || name === 'message.received') {
      const direction = name.slice('message.'.length);
      this.#add('sallyport_messages_total', { direction, exchange: event.exchange });
    } else if (name === 'message.resent') this.#add('sallyport_retransmissions_total', { exchange: event.exchange });
    else if (name === 'peer.dead')
      this.#add('sallyport_peers_dead_total', { connection: event.connection, action: event.action });
    else if (name === 'dpd.acknowledged' && event.roundTripMilliseconds !== undefined)
      this.#observe('sallyport_dpd_round_trip_seconds', {}, event.roundTripMilliseconds / 1000);
  }

  #begin(event: OfNegotiation & TimedEvent): void {
    this.#begun.set(negotiationOf(event), event.time);
  }

  #ended(event: OfNegotiation & TimedEvent, reason: string): void {
    const phase = phaseOf(event);
    const result = reason === '' ? 'established' : 'failed';
    this.#add('sallyport_handshakes_total', { phase, result, reason });
    const negotiation = negotiationOf(event);
    const began = this.#begun.get(negotiation);
    this.#begun.delete(negotiation);
    // The clock of the calendar may have been set meanwhile.
    if (began !== undefined && reason === '')
      this.#observe('sallyport_handshake_seconds', { phase }, Math.max(0, event.time - began) / 1000);
  }

  #set(name: Named<'gauge'>, labels: Labels, value: number): void {
    this.#gauges.get(name)?.set(labels, value);
  }

  #add(name: Named<'counter'>, labels: Labels): void {
    this.#counters.get(name)?.inc(labels);
  }

  #observe(name: Named<'histogram'>, labels: Labels, value: number): void {
    this.#histograms.get(name)?.observe(labels, value);
  }

  /** A counter that the gateway keeps itself. */
  #total(name: Named<'counter'>, counts: Readonly<Record<string, number>>): void {
    const counter = this.#counters.get(name);
    counter?.reset();
    for (const [reason, count] of Object.entries(counts)) counter?.inc({ reason }, count);
  }
}

const phaseOf = ({ name }: IkeEvent): string => name.slice('phase'.length, 'phase1'.length);

/** The responder's cookie is not there from the beginning. */
const negotiationOf = (event: OfNegotiation): string =>
  [phaseOf(event), event.sa.role, event.sa.initiatorCookie, 'tunnel' in event ? (event.tunnel ?? '') : ''].join(' ');
