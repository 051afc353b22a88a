import { describe, expect, it } from 'vitest';
import { concat, fromHex, u32Bytes } from '../../src/base/bytes.ts';
import { ID_TYPE } from '../../src/base/identity.ts';
import { espDelete, notification } from '../../src/ike/exchange/informational.ts';
import { viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { EXCHANGE, NOTIFY, PAYLOAD, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { Ladder, type RungName } from './ladder.ts';
import { saBodies } from './sa-body.ts';
import { SCENES, type SceneSpec, sceneName } from './scenes.ts';
import { Stage } from './stage.ts';
import { act, type Step } from './step.ts';

interface Piece {
  readonly type: number;
  readonly body: Uint8Array;
}

/** A message of the ladder with other payloads; where it was encrypted, as the peer itself would send it. */
function rung(spec: SceneSpec, name: RungName, change: (payloads: readonly Piece[]) => readonly Piece[]): Step {
  const { header, plaintext, chain, datagram } = Ladder.of(spec).rung(name);
  const pieces = change(viewPayloads(header.nextPayload, plaintext).payloads);
  const inQuickMode = name.startsWith('QM');
  const kept = inQuickMode ? pieces.filter(({ type }) => type !== PAYLOAD.HASH) : pieces;
  const content = { firstType: kept[0]?.type ?? PAYLOAD.NONE, plaintext: writeChain(kept) };
  if (chain !== undefined) return { op: 'authentic', rung: name, content };
  const bytes = concat(datagram.bytes.subarray(0, 28), content.plaintext);
  bytes[16] = content.firstType;
  new DataView(bytes.buffer).setUint32(24, bytes.length);
  return { op: 'clear', natt: false, bytes };
}
const replaced =
  (type: number, body: (old: Uint8Array) => Uint8Array) =>
  (pieces: readonly Piece[]): readonly Piece[] =>
    pieces.map((piece) => (piece.type === type ? { type, body: body(piece.body) } : piece));

/** An Informational as the peer itself sends it. */
const informational = (...pieces: readonly Piece[]): Step => ({
  op: 'fresh-authentic',
  exchangeType: EXCHANGE.INFORMATIONAL,
  content: { firstType: pieces[0]?.type ?? 0, plaintext: writeChain(pieces) },
});

/** Plays each step in a scene of its own. The stage sees to it that nothing else is lost, and that what is not proved costs one attempt. */
function each(spec: SceneSpec, steps: readonly Step[]): string[] {
  return steps.map((step) => {
    const stage = new Stage(spec);
    const effects = act(stage, step);
    stage.finish();
    return effects
      .flatMap((effect) =>
        effect.type === 'event' && effect.event.name !== 'message.received' ? [effect.event.name] : [],
      )
      .join(' ');
  });
}
const established: SceneSpec = { machine: 'quickModeResponder', state: 'established' };
const idle: SceneSpec = { machine: 'mainModeResponder', state: 'awaiting-sa' };
const offered: SceneSpec = { machine: 'quickModeResponder', state: 'awaiting-offer' };
const offeredPfs: SceneSpec = { ...offered, pfs: true };

const P256 = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
/** Points that are none: zero, one, the field's prime, other lengths. */
const BAD_POINTS = [
  new Uint8Array(64),
  concat(new Uint8Array(63), Uint8Array.of(1)),
  concat(fromHex(P256), fromHex(P256)),
  new Uint8Array(64).fill(0xff),
  new Uint8Array(0),
  new Uint8Array(63).fill(1),
  new Uint8Array(65).fill(4),
  new Uint8Array(4000).fill(2),
];

describe('known bugs of other implementations, by their numbers', () => {
  it('CVE-2013-4564 (libreswan): a first message of 0 to 64 octets', () => {
    const { bytes } = Ladder.of({}).rung('MM1').datagram;
    each(
      idle,
      Array.from({ length: 65 }, (_, length) => ({ op: 'raw', natt: false, bytes: bytes.slice(0, length) })),
    );
  });

  it('CVE-2015-3204 (libreswan): a DOI that nobody knows, in every payload that has one, and payload 15 everywhere', () => {
    for (const doi of [0, 2, 0xffff_ffff]) {
      const sa = replaced(PAYLOAD.SA, (body) => concat(u32Bytes(doi), body.subarray(4)));
      expect(each(idle, [rung(idle, 'MM1', sa)])).not.toContain('phase1.established');
      expect(each(offered, [rung(offered, 'QM1', sa)])).toEqual(['phase2.failed message.sent']);
      for (const { type, body } of [espDelete(0x1000), notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, u32Bytes(1))])
        each(established, [informational({ type, body: concat(u32Bytes(doi), body.subarray(4)) })]);
    }
    const strange = (pieces: readonly Piece[]): readonly Piece[] => [...pieces, { type: 15, body: new Uint8Array(4) }];
    each(idle, [rung(idle, 'MM1', strange)]);
    each(offered, [rung(offered, 'QM1', strange)]);
  });

  it('CVE-2015-3240 (libreswan): a public value that is none, in Main Mode and in Quick Mode', () => {
    for (const point of BAD_POINTS) {
      const ke = replaced(PAYLOAD.KE, () => point);
      const waiting: SceneSpec = { machine: 'mainModeResponder', state: 'awaiting-ke' };
      each(waiting, [rung(waiting, 'MM3', ke)]);
      const asking: SceneSpec = { machine: 'mainModeInitiator', state: 'awaiting-ke' };
      each(asking, [rung(asking, 'MM4', ke)]);
      each(offeredPfs, [rung(offeredPfs, 'QM1', ke)]);
      const answered: SceneSpec = { machine: 'quickModeInitiator', state: 'awaiting-answer', pfs: true };
      each(answered, [rung(answered, 'QM2', ke)]);
    }
  });

  it.each(SCENES.map((spec) => ({ name: sceneName(spec), spec })))(
    'CVE-2019-12312, CVE-2020-1763 (libreswan), CVE-2009-0790 (pluto): an Informational and an R-U-THERE: $name',
    ({ spec }) => {
      const { initiatorCookie, responderCookie } = Ladder.of(spec).cookies;
      const rUThere = notification(
        NOTIFY.R_U_THERE,
        PROTOCOL.ISAKMP,
        concat(initiatorCookie, responderCookie),
        u32Bytes(1),
      );
      const strange = notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, new Uint8Array(16).fill(9), u32Bytes(1));
      const sealed = [rUThere, strange].map((one): Step => {
        const content = { firstType: one.type, plaintext: writeChain([one]) };
        return { op: 'fresh', exchangeType: EXCHANGE.INFORMATIONAL, content };
      });
      each(spec, [...sealed, informational(rUThere), informational(strange)]);
    },
  );

  it('CVE-2023-30570 (libreswan): Aggressive Mode with an offer that nobody takes, once more with a cookie of the responder', () => {
    const { bytes } = Ladder.of({}).rung('MM1').datagram;
    const aggressive = bytes.slice();
    aggressive[18] = EXCHANGE.AGGRESSIVE;
    const again = aggressive.slice();
    again.fill(7, 8, 16);
    const stage = new Stage(idle);
    for (const each of [aggressive, again, aggressive]) act(stage, { op: 'raw', natt: false, bytes: each });
    stage.finish();
  });

  it('CVE-2023-38711 (libreswan): identities of every kind in IDci and IDcr, and of two kinds', () => {
    const types = [...Object.values(ID_TYPE), 0, 12, 255];
    const steps = types.flatMap((one) =>
      [one, ID_TYPE.IPV4_ADDR_SUBNET].map((other) => {
        let first = true;
        return rung(offered, 'QM1', (pieces) =>
          pieces.map((piece) => {
            if (piece.type !== PAYLOAD.ID) return piece;
            const type = first ? one : other;
            first = false;
            return { ...piece, body: concat(Uint8Array.of(type), piece.body.subarray(1)) };
          }),
        );
      }),
    );
    for (const told of each(offered, steps)) expect(told).not.toContain('phase2.established');
  });

  it('CVE-2023-38712 (libreswan): a Delete of the SA itself, and more behind it', () => {
    const { initiatorCookie, responderCookie } = Ladder.of({}).cookies;
    const cookies = concat(initiatorCookie, responderCookie);
    const head = concat(u32Bytes(1), Uint8Array.of(PROTOCOL.ISAKMP, 16, 0, 1));
    const own = { type: PAYLOAD.DELETE, body: concat(head, cookies) };
    const notify = notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, cookies, u32Bytes(1));
    const told = each(established, [
      informational(own, notify),
      informational(own, own),
      informational(own, espDelete(0x1001), notify),
      informational(espDelete(0x1001), own, espDelete(0x1001)),
    ]);
    for (const one of told) expect(one).toContain('phase1.ended');
  });

  it('CVE-2024-3652 (libreswan), CVE-2011-3380 (Openswan): every transform with every authentication, and keys of all lengths', () => {
    const lengths = [undefined, 0, 1, 127, 128, 256, 65_535];
    const phase2 = Array.from({ length: 32 }, (_, transform) =>
      Array.from({ length: 15 }, (_auth, auth) => {
        const length = lengths[(transform + auth) % lengths.length];
        return saBodies.esp(transform, auth, length);
      }),
    ).flat();
    const stage = new Stage(established);
    const offer = (sa: Uint8Array): Step => {
      const step = rung(
        offered,
        'QM1',
        replaced(PAYLOAD.SA, () => sa),
      );
      if (!('content' in step)) throw new Error('no content');
      return { op: 'fresh-authentic', exchangeType: EXCHANGE.QUICK_MODE, content: step.content };
    };
    for (const sa of phase2) act(stage, offer(sa));
    stage.finish();
    for (let cipher = 0; cipher < 10; cipher++)
      each(
        idle,
        lengths.map((length) =>
          rung(
            idle,
            'MM1',
            replaced(PAYLOAD.SA, () => saBodies.isakmp(cipher, length)),
          ),
        ),
      );
  });

  it('CVE-2015-4047 (racoon): an attribute of GSS-API in an offer with a pre-shared key', () => {
    const gss = (body: Uint8Array): Uint8Array => saBodies.appended(body, 16_384, new Uint8Array(8).fill(1));
    each(idle, [rung(idle, 'MM1', replaced(PAYLOAD.SA, gss))]);
  });

  it('CVE-2004-0218 to 0222 (isakmpd): payloads of no length, of every type, and counts of SPIs that overrun', () => {
    const { bytes } = Ladder.of({}).rung('MM1').datagram;
    const empty = Array.from({ length: 256 }, (_, type): Step => {
      const message = concat(bytes.subarray(0, 28), Uint8Array.of(0, 0, 0, type % 5));
      message[16] = type;
      new DataView(message.buffer).setUint32(24, message.length);
      return { op: 'raw', natt: false, bytes: message };
    });
    const stage = new Stage(idle);
    for (const step of empty) act(stage, step);
    stage.finish();
    const counts = [0, 1, 2, 255, 65_535].map((count) =>
      informational({
        type: PAYLOAD.DELETE,
        body: concat(u32Bytes(1), Uint8Array.of(PROTOCOL.ESP, 4, count >>> 8, count), u32Bytes(0x7777)),
      }),
    );
    each(established, counts);
  });

  it('CVE-2015-3991 (strongSwan): payloads of IKEv2 in messages of IKEv1', () => {
    const types = Array.from({ length: 22 }, (_, i) => 33 + i);
    for (const spec of [idle, offered]) {
      const name = spec === idle ? 'MM1' : 'QM1';
      each(
        spec,
        types.map((type) => rung(spec, name, (pieces) => [...pieces, { type, body: new Uint8Array(8) }])),
      );
      each(
        spec,
        types.map((type) => rung(spec, name, () => [{ type, body: new Uint8Array(8) }])),
      );
    }
  });

  it.each(SCENES.map((spec) => ({ name: sceneName(spec), spec })))(
    'CVE-2013-6076 (strongSwan), CVE-2009-1574, CVE-2016-10396 (racoon): fragments with number 0, other ids, the last one first, and many: $name',
    ({ spec }) => {
      const fragment = (id: number, number: number, last: number, length = 20): Step => {
        const body = concat(Uint8Array.of(0, id, number, last), new Uint8Array(length).fill(id));
        return rung(idle, 'MM1', () => [{ type: PAYLOAD.FRAGMENT, body }]);
      };
      const stage = new Stage(spec);
      for (let i = 0; i < 300; i++) act(stage, fragment(i % 3, i % 256, i % 5 === 0 ? 1 : 0));
      for (const length of [0, 1, 40_000, 65_000]) act(stage, fragment(7, 1, 1, length));
      stage.finish();
    },
  );
});
