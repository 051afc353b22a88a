import { describe, expect, it } from 'vitest';
import { type IpAddress, ipBytes, requireIpAddress, type UdpEndpoint } from '../../src/base/address.ts';
import { ID_TYPE } from '../../src/base/identity.ts';
import { sameBytes } from '../../src/base/bytes.ts';
import { parseSelector, selectorText } from '../../src/base/selector.ts';
import type { Datagram } from '../../src/ike/effects.ts';
import type { OutgoingPayload } from '../../src/ike/exchange/exchange.ts';
import { hashed } from '../../src/ike/exchange/quick-mode.ts';
import { hash1 } from '../../src/ike/keys/quick-hash.ts';
import { selectorIdentification } from '../../src/ike/negotiate/identification.ts';
import { phase2Offer } from '../../src/ike/negotiate/phase2-offer.ts';
import { readMessage, viewPayloads, writeMessage } from '../../src/ike/wire/message.ts';
import { ENCAPSULATION_MODE, EXCHANGE, PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import { NATT_VENDOR_IDS } from '../../src/natt/vendor-ids.ts';
import { behindNat, MAPPED, NAT_A } from './behind-nat.ts';
import { PairOfEndpoints } from './pair-of-endpoints.ts';
import { A, B, policyOf, type PolicyOptions } from './policies.ts';
import { sealed } from './sealed.ts';
import type { Side } from './side.ts';

const NAT_B = requireIpAddress('203.0.113.2');
/** Whoever the ends are, all that they say to each other. */
const HOSTS: PolicyOptions = { mode: 'transport', nets: ['0.0.0.0/0', '0.0.0.0/0'] };
const L2TP: PolicyOptions = { mode: 'transport', nets: ['0.0.0.0/0[17/1701]', '0.0.0.0/0[17/1701]'] };

/** What each of a side's SAs is for. */
const selectors = (side: Side): string[] =>
  side.installed.map(
    ({ localSelector, remoteSelector }) => `${selectorText(localSelector)} to ${selectorText(remoteSelector)}`,
  );
const originals = (side: Side): unknown[] => side.installed.map(({ originalAddresses }) => originalAddresses);
const modes = (side: Side): string[] => side.installed.map(({ mode, encapsulation }) => `${mode} ${encapsulation}`);
/** The payloads of what a side sent in Quick Mode. */
const quickPayloads = (side: Side): (readonly string[])[] =>
  side
    .named('message.sent')
    .filter(({ messageId }) => messageId !== 0)
    .map(({ payloads }) => payloads);
const refusals = (side: Side): unknown[] =>
  side.named('phase2.failed').map(({ failure }) => [failure.code, failure.details['why'] ?? failure.details['what']]);
const twice = <T>(value: T): [T, T] => [value, value];

describe('transport mode (RFC 2407 §4.6.2)', () => {
  it('is between the ends themselves, whoever they may be, with protocol and port', () => {
    const pair = PairOfEndpoints.up(L2TP);
    expect(pair.sides.map(modes)).toEqual(twice(twice('transport none')));
    expect(pair.sides.map(selectors)).toEqual([
      twice(`${A}[17/1701] to ${B}[17/1701]`),
      twice(`${B}[17/1701] to ${A}[17/1701]`),
    ]);
  });

  it('needs no NAT-OA where there is no NAT, and has no original addresses then', () => {
    const pair = PairOfEndpoints.up(HOSTS);
    expect([quickPayloads(pair.a)[0], quickPayloads(pair.b)[0]]).toEqual(twice(['HASH', 'SA', 'NONCE', 'ID', 'ID']));
    expect(pair.sides.map(originals)).toEqual(twice(twice(undefined)));
  });

  it('is not begun with a peer that is not the host of the tunnel', () => {
    const pair = PairOfEndpoints.up({ mode: 'transport', nets: [A, '198.51.100.77'] });
    expect(refusals(pair.a)).toEqual([
      ['INVALID_ID_INFORMATION', 'transport mode is between the two gateways themselves'],
    ]);
    expect(pair.b.named('phase2.started')).toEqual([]);
  });

  it('is not agreed on with a peer that is not the host of the tunnel', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', HOSTS),
      policyOf('b', { mode: 'transport', nets: ['192.0.2.99', '0.0.0.0/0'] }),
    );
    pair.initiate();
    expect(refusals(pair.b)).toEqual([
      ['INVALID_ID_INFORMATION', `nearest is tunnel net: remote ${A} asked, we have 192.0.2.99`],
    ]);
    expect(pair.b.installed).toEqual([]);
  });

  it.each<[PolicyOptions, PolicyOptions, string]>([
    [{ nets: [A, B] }, HOSTS, 'tunnel, we allow transport'],
    [HOSTS, { nets: [A, B] }, 'transport, we allow tunnel'],
  ])('and tunnel mode are not taken for each other, %#', (a, b, why) => {
    const pair = new PairOfEndpoints(policyOf('a', a), policyOf('b', b));
    pair.initiate();
    expect(refusals(pair.b)).toEqual([
      ['NO_PROPOSAL_CHOSEN', `nearest is proposal 1 transform 1 to aes128gcm16: encapsulation mode ${why}`],
    ]);
    expect(pair.a.named('phase2.failed').map(({ failure }) => failure.code)).toEqual(['NO_PROPOSAL_CHOSEN']);
  });

  it('for any port of a protocol is what the peer asks for, and stays that when it is renewed', () => {
    const pair = new PairOfEndpoints(
      policyOf('a', L2TP),
      policyOf('b', { mode: 'transport', nets: ['0.0.0.0/0[17/0]', '0.0.0.0/0[17/1701]'] }),
    );
    pair.initiate();
    pair.command({ type: 'renew', connection: 'link', phase: 2 }, pair.b);
    expect(pair.b.named('phase2.established')).toHaveLength(2);
    expect(new Set(selectors(pair.b))).toEqual(new Set([`${B}[17/1701] to ${A}[17/1701]`]));
  });
});

describe('transport mode behind a NAT (RFC 3947 §5.2)', () => {
  it.each<[{ a?: true; b?: true }, string, string, unknown, unknown]>([
    [{ a: true }, `${A} to ${B}`, `${B} to ${NAT_A}`, { local: NAT_A, remote: B }, { local: B, remote: A }],
    [{ b: true }, `${A} to ${NAT_B}`, `${B} to ${A}`, { local: A, remote: B }, { local: NAT_B, remote: A }],
    [
      { a: true, b: true },
      `${A} to ${NAT_B}`,
      `${B} to ${NAT_A}`,
      { local: NAT_A, remote: B },
      { local: NAT_B, remote: A },
    ],
  ])(
    'has the addresses as each side sees them, and those that the other side writes, with %o',
    (where, ...expected) => {
      const pair = behindNat(where, HOSTS);
      pair.initiate();
      expect(pair.sides.map(modes)).toEqual(twice(twice('transport udp')));
      const seen = [...pair.sides.map(selectors), ...pair.sides.map(originals)];
      expect(seen).toEqual(expected.map(twice));
    },
  );

  it('has both addresses told by both sides, in the messages that the RFC names', () => {
    const pair = behindNat({ a: true }, HOSTS);
    pair.initiate();
    const told = ['HASH', 'SA', 'NONCE', 'ID', 'ID', 'NAT-OA', 'NAT-OA'];
    expect(quickPayloads(pair.a)).toEqual([told, ['HASH']]);
    expect(quickPayloads(pair.b)).toEqual([told]);
  });

  it('in tunnel mode has none of it', () => {
    const pair = behindNat({ a: true });
    pair.initiate();
    const names = pair.sides.flatMap(quickPayloads).flat();
    expect(names.filter((name) => name.startsWith('NAT-OA'))).toEqual([]);
    expect(pair.sides.flatMap(originals)).toEqual(Array.from({ length: 4 }, () => undefined));
  });

  it.each<[{ a?: true; b?: true }, unknown, unknown]>([
    [{ a: true }, undefined, { local: B, remote: A }],
    [{ b: true }, { local: A, remote: B }, undefined],
  ])(
    'in the numbers of a draft has the sender’s own address alone, which may be too little to know: %o',
    (where, ofA, ofB) => {
      const pair = behindNat(where, HOSTS);
      const { onWire } = pair;
      pair.onWire = (datagram) => onWire(pair.wire.length === 1 ? announcingDraft(datagram) : datagram);
      pair.initiate();
      const told = ['HASH', 'SA', 'NONCE', 'ID', 'ID', 'NAT-OA-DRAFT'];
      expect([quickPayloads(pair.a)[0], quickPayloads(pair.b)[0]]).toEqual(twice(told));
      expect(pair.sides.map(modes)).toEqual(twice(twice('transport udp')));
      expect(pair.sides.map(originals)).toEqual([twice(ofA), twice(ofB)]);
    },
  );

  it('keeps its pair where the NAT gives the peer another port', () => {
    const { pair, move } = onMovingNat();
    move({ address: NAT_A, port: 31_000 });
    expect(pair.b.effects.filter(({ type }) => type === 'move-sa')).toHaveLength(1);
    expect(pair.b.named('phase2.established')).toHaveLength(1);
  });

  it('has a new pair where the NAT gives the peer another address, and the first one until then', () => {
    const { pair, move } = onMovingNat();
    const elsewhere = requireIpAddress('203.0.113.200');
    move({ address: elsewhere, port: 31_000 });
    expect(pair.b.effects.filter(({ type }) => type === 'move-sa')).toEqual([]);
    expect(pair.b.named('phase2.established')).toHaveLength(2);
    expect(selectors(pair.b).slice(2)).toEqual([`${B} to ${elsewhere}`, `${B} to ${elsewhere}`]);
    expect(pair.b.installed.slice(2).map(({ remote }) => remote.address)).toEqual(twice(elsewhere));
  });
});

describe('a first message of Quick Mode that a peer behind a NAT sends', () => {
  const INNER = requireIpAddress('10.0.0.5');
  const told = (address: IpAddress): OutgoingPayload =>
    payload('nat-oa', { idType: ID_TYPE.IPV4_ADDR, address: ipBytes(address) });
  const named = (...hosts: string[]): OutgoingPayload[] =>
    hosts.map((host) => payload('identification', selectorIdentification(parseSelector(host))));
  /** What b says to an offer of transport mode in UDP that ends with these payloads. */
  function answerTo(...more: OutgoingPayload[]): { refused: unknown[]; originals: unknown } {
    const pair = behindNat({ a: true }, HOSTS);
    pair.initiate();
    const [tunnel] = policyOf('a', HOSTS).tunnels;
    const { keys, crypto } = pair.a.isakmp();
    if (tunnel === undefined || keys === undefined) throw new Error('nothing to offer with');
    const offer = payload('sa', phase2Offer(tunnel, 0x9999, ENCAPSULATION_MODE.UDP_TRANSPORT));
    const rest = [offer, payload('nonce', { data: new Uint8Array(32) }), ...more];
    const messageId = 0x5eed_0002;
    const made = hashed(rest, (bytes) => hash1(crypto, keys.hash, keys.skeyids.skeyidA, messageId, bytes));
    const options = { exchangeType: EXCHANGE.QUICK_MODE, messageId, spoil: () => made };
    const datagram = sealed(pair, pair.a, offer, options);
    const before = pair.b.installed.length;
    pair.deliver(pair.b, { ...datagram, remote: { address: NAT_A, port: MAPPED + 4500 } });
    return { refused: refusals(pair.b).flat().slice(0, 1), originals: pair.b.installed[before]?.originalAddresses };
  }

  it.each<[string, OutgoingPayload[], unknown]>([
    ['names itself as it is', [...named(INNER, B), told(INNER), told(B)], { local: B, remote: INNER }],
    ['names nobody (RFC 2409 §5.5)', [told(INNER), told(B)], { local: B, remote: INNER }],
    ['names itself as we see it', [...named(NAT_A, B), told(INNER), told(B)], { local: B, remote: INNER }],
    ['says nothing of addresses before the NAT', named(INNER, B), undefined],
  ])('may be one that %s', (_, more, originals) => {
    expect(answerTo(...more)).toEqual({ refused: [], originals });
  });

  it.each<[string, OutgoingPayload[], string]>([
    ['names another host', [...named('10.0.0.6', B), told(INNER), told(B)], 'INVALID_ID_INFORMATION'],
    ['names another host than us', [...named(INNER, A), told(INNER), told(B)], 'INVALID_ID_INFORMATION'],
    ['says that we have another address', [...named(INNER, B), told(INNER), told(A)], 'INVALID_ID_INFORMATION'],
    ['has one of the two addresses', [...named(INNER, B), told(INNER)], 'PAYLOAD_MALFORMED'],
  ])('is refused where it %s', (_, more, code) => {
    expect(answerTo(...more)).toEqual({ refused: [code], originals: undefined });
  });
});

/** Of the vendor ids of NAT-T, the one of draft 03 alone. */
function announcingDraft({ bytes, ...ends }: Datagram): Datagram {
  const { header, body } = readMessage(bytes);
  const [, draft] = NATT_VENDOR_IDS;
  const isOther = (id: Uint8Array): boolean =>
    NATT_VENDOR_IDS.some((own) => sameBytes(own, id)) && draft !== undefined && !sameBytes(draft, id);
  const kept = viewPayloads(header.nextPayload, body).payloads.filter(
    (view) => view.type !== PAYLOAD.VENDOR_ID || !isOther(view.body),
  );
  return { ...ends, bytes: writeMessage(header, kept) };
}

/** A pair behind a NAT before a, which may give a another place; then b hears of it by a packet of ESP. */
function onMovingNat(): { pair: PairOfEndpoints; move: (to: UdpEndpoint) => void } {
  const pair = behindNat({ a: true }, HOSTS);
  pair.initiate();
  const move = (to: UdpEndpoint): void => {
    pair.onWire = ({ local, remote, bytes }) => [
      local.address === A
        ? { local: to, remote, bytes }
        : { local, remote: { address: A, port: remote.port === to.port ? 4500 : remote.port - MAPPED }, bytes },
    ];
    const [standing] = pair.b.connection().pairs.values();
    pair.esp({ type: 'moved', pair: standing?.pair ?? 0, remote: to }, pair.b);
  };
  return { pair, move };
}
