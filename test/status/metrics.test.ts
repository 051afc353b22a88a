import * as prom from 'prom-client';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/status/metric-table.ts';
import { Metrics } from '../../src/status/metrics.ts';
import type { GatewayStatus } from '../../src/status/gateway-status.ts';
import { pairOf, withPair } from '../gateway/pair.ts';
import { readInProject } from '../project.ts';
import { FakeGateway, IDLE_STATUS } from './fake-gateway.ts';

/** Samples that are not zero, by name and labels. */
async function samples(metrics: Metrics, status: GatewayStatus = IDLE_STATUS): Promise<Record<string, number>> {
  const lines = (await metrics.text(status)).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const all = lines.map((line): [string, number] => [
    line.slice(0, line.lastIndexOf(' ')),
    Number(line.slice(line.lastIndexOf(' ') + 1)),
  ]);
  return Object.fromEntries(all.filter(([name, value]) => value !== 0 && !name.includes('_bucket')));
}

const sa = { connection: 'hq', role: 'initiator', initiatorCookie: 'a1', responderCookie: '00' };
const failure = { code: 'PEER_SILENT', text: 'silence', details: {} };
const happened = (gateway: FakeGateway, events: readonly { readonly name: string }[]): void =>
  events.forEach((event) => gateway.emit(event));

describe('the metrics', () => {
  it('count negotiations by their result and the reason, and the time of those that succeed', async () => {
    const gateway = new FakeGateway();
    const metrics = new Metrics(prom, gateway);
    happened(gateway, [
      { name: 'phase1.started', ...{ sa, time: 1000 } },
      { name: 'phase1.established', ...{ sa: { ...sa, responderCookie: 'b2' }, time: 1250 } },
      { name: 'phase2.started', ...{ sa, tunnel: 'lan', time: 1300 } },
      { name: 'phase2.failed', ...{ sa, tunnel: 'lan', failure, time: 9000 } },
      { name: 'phase2.ended', ...{ connection: 'hq', tunnel: 'lan', reason: 'replaced' } },
    ]);
    expect(await samples(metrics)).toMatchObject({
      'sallyport_handshakes_total{phase="1",result="established",reason=""}': 1,
      'sallyport_handshakes_total{phase="2",result="failed",reason="PEER_SILENT"}': 1,
      'sallyport_handshake_seconds_sum{phase="1"}': 0.25,
      'sallyport_handshake_seconds_count{phase="1"}': 1,
      'sallyport_sas_ended_total{phase="2",reason="replaced"}': 1,
    });
  });

  it('count messages, questions of DPD and the dead', async () => {
    const gateway = new FakeGateway();
    const metrics = new Metrics(prom, gateway);
    happened(gateway, [
      { name: 'message.sent', ...{ sa, exchange: 'MAIN-MODE' } },
      { name: 'message.resent', ...{ sa, exchange: 'MAIN-MODE' } },
      { name: 'message.received', ...{ sa, exchange: 'MAIN-MODE' } },
      { name: 'dpd.acknowledged', ...{ sa, sequence: 1, roundTripMilliseconds: 20 } },
      { name: 'dpd.acknowledged', ...{ sa, sequence: 2 } },
      { name: 'peer.dead', ...{ connection: 'hq', action: 'restart' } },
    ]);
    expect(await samples(metrics)).toMatchObject({
      'sallyport_messages_total{direction="sent",exchange="MAIN-MODE"}': 1,
      'sallyport_messages_total{direction="received",exchange="MAIN-MODE"}': 1,
      'sallyport_retransmissions_total{exchange="MAIN-MODE"}': 1,
      sallyport_dpd_round_trip_seconds_sum: 0.02,
      sallyport_dpd_round_trip_seconds_count: 1,
      'sallyport_peers_dead_total{connection="hq",action="restart"}': 1,
    });
    metrics.close();
    expect(gateway.readers).toBe(0);
  });

  it('say of a real gateway what its status says', async () => {
    const { plant, hq } = pairOf();
    await withPair({ plant, hq }, async () => {
      const metrics = new Metrics(prom, plant.gateway);
      const before = await samples(metrics, await plant.gateway.status());
      await plant.gateway.up('hq');
      await plant.gateway.ping('10.2.0.1', 3);
      const after = await samples(metrics, await plant.gateway.status());
      expect(before).not.toHaveProperty('sallyport_tunnel_up{connection="hq",tunnel="lan"}');
      expect(after).toMatchObject({
        'sallyport_connection_up{connection="hq"}': 1,
        'sallyport_tunnel_up{connection="hq",tunnel="lan"}': 1,
        'sallyport_tunnel_packets{connection="hq",tunnel="lan",direction="inbound"}': 3,
        'sallyport_tunnel_bytes{connection="hq",tunnel="lan",direction="outbound"}': 252,
        'sallyport_handshakes_total{phase="1",result="established",reason=""}': 1,
        'sallyport_handshakes_total{phase="2",result="established",reason=""}': 1,
      });
      await plant.gateway.down('hq');
      const down = await samples(metrics, await plant.gateway.status());
      expect(Object.keys(down).filter((name) => name.startsWith('sallyport_tunnel'))).toEqual([]);
    });
  });

  it('are OpenMetrics: a type and a help for each name of the table, and an end', async () => {
    const metrics = new Metrics(prom, new FakeGateway());
    const text = await metrics.text(IDLE_STATUS);
    expect(metrics.contentType).toMatch(/^application\/openmetrics-text/);
    expect(text.endsWith('# EOF\n')).toBe(true);
    for (const [name, { kind }] of Object.entries(METRICS))
      expect(text).toContain(`# TYPE ${name.replace(/_total$/, '')} ${kind}\n`);
  });
});

describe('the dashboard', () => {
  const dashboard = JSON.parse(readInProject('packaging/grafana/sallyport.json')) as {
    readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  };
  const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const named = new Set(expressions.flatMap((expr) => expr.match(/sallyport_\w+/g) ?? []));
  const histograms = Object.entries(METRICS).filter(([, { kind }]) => kind === 'histogram');
  const told = new Set([...Object.keys(METRICS), ...histograms.map(([name]) => `${name}_bucket`)]);

  it('asks for nothing that the gateway does not tell', () => {
    expect([...named].filter((name) => !told.has(name))).toEqual([]);
  });

  it('shows everything that there is but what one would not draw', () => {
    const shown = (name: string): boolean => named.has(name) || named.has(`${name}_bucket`);
    expect(Object.keys(METRICS).filter((name) => !shown(name))).toEqual(['sallyport_tunnel_packets']);
  });
});
