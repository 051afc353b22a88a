/** What `/metrics` tells. The exporter, the page about it and the check of the dashboard are made from this. */
export const METRICS = {
  sallyport_build_info: { kind: 'gauge', help: 'Always 1; the version is in the label', labels: ['version'] },
  sallyport_uptime_seconds: { kind: 'gauge', help: 'Since the gateway was started', labels: [] },
  sallyport_connection_up: {
    kind: 'gauge',
    help: '1 where every tunnel of the connection is up, else 0',
    labels: ['connection'],
  },
  sallyport_tunnel_up: {
    kind: 'gauge',
    help: '1 where the tunnel has IPsec SAs, else 0',
    labels: ['connection', 'tunnel'],
  },
  sallyport_tunnel_bytes: {
    kind: 'gauge',
    help: 'Octets of inner packets that the SAs which the tunnel has now have carried; falls when they are replaced',
    labels: ['connection', 'tunnel', 'direction'],
  },
  sallyport_tunnel_packets: {
    kind: 'gauge',
    help: 'Packets that the SAs which the tunnel has now have carried; falls when they are replaced',
    labels: ['connection', 'tunnel', 'direction'],
  },
  sallyport_half_open: {
    kind: 'gauge',
    help: 'Peers that have begun and not proved themselves, by what is known of them',
    labels: ['standing'],
  },
  sallyport_ike_drops_total: {
    kind: 'counter',
    help: 'Datagrams of IKE that were not acted on',
    labels: ['reason'],
  },
  sallyport_esp_drops_total: { kind: 'counter', help: 'Packets of ESP that were dropped', labels: ['reason'] },
  sallyport_handshakes_total: {
    kind: 'counter',
    help: 'Negotiations that have ended; reason is the code of the error, or empty where they succeeded',
    labels: ['phase', 'result', 'reason'],
  },
  sallyport_handshake_seconds: {
    kind: 'histogram',
    help: 'From the beginning of a negotiation to its success',
    labels: ['phase'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  sallyport_sas_ended_total: {
    kind: 'counter',
    help: 'SAs that had stood and ended; a rekey ends the one before with reason replaced',
    labels: ['phase', 'reason'],
  },
  sallyport_messages_total: {
    kind: 'counter',
    help: 'Messages of IKE',
    labels: ['direction', 'exchange'],
  },
  sallyport_retransmissions_total: {
    kind: 'counter',
    help: 'Messages of IKE that were sent again',
    labels: ['exchange'],
  },
  sallyport_dpd_round_trip_seconds: {
    kind: 'histogram',
    help: 'From a question of DPD to its answer',
    labels: [],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  },
  sallyport_peers_dead_total: {
    kind: 'counter',
    help: 'Peers that were found dead by DPD',
    labels: ['connection', 'action'],
  },
} as const satisfies Record<string, Metric>;

export interface Metric {
  readonly kind: 'gauge' | 'counter' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, in the unit that the name ends with. */
  readonly buckets?: readonly number[];
}

export type MetricName = keyof typeof METRICS;
