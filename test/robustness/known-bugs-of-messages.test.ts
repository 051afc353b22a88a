import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../../src/base/bytes.ts';
import { ID_TYPE } from '../../src/base/identity.ts';
import { espDelete, isakmpDelete, notification } from '../../src/ike/exchange/informational.ts';
import { viewPayloads, writeChain } from '../../src/ike/wire/message.ts';
import { EXCHANGE, NOTIFY, PAYLOAD, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { type Content, isInPhase2 } from './forged.ts';
import { Ladder, type RungName } from './ladder.ts';
import { saBodies } from './sa-body.ts';
import type { SceneSpec } from './scenes.ts';
import { Stage } from './stage.ts';
import { act, type Step } from './step.ts';

/** Where each message of the ladder is waited for. */
const WAITING = {
  MM1: { machine: 'mainModeResponder', state: 'awaiting-sa' },
  MM2: { machine: 'mainModeInitiator', state: 'awaiting-sa' },
  MM3: { machine: 'mainModeResponder', state: 'awaiting-ke' },
  MM4: { machine: 'mainModeInitiator', state: 'awaiting-ke' },
  MM5: { machine: 'mainModeResponder', state: 'awaiting-auth' },
  MM6: { machine: 'mainModeInitiator', state: 'awaiting-auth' },
  QM1: { machine: 'quickModeResponder', state: 'awaiting-offer' },
  QM2: { machine: 'quickModeInitiator', state: 'awaiting-answer' },
  QM3: { machine: 'quickModeResponder', state: 'awaiting-confirmation' },
  AM1: { machine: 'aggressiveModeResponder', state: 'awaiting-sa' },
  AM2: { machine: 'aggressiveModeInitiator', state: 'awaiting-answer' },
  AM3: { machine: 'aggressiveModeResponder', state: 'awaiting-auth' },
  TX1: { machine: 'transactionResponder', state: 'awaiting-question', users: true },
  TX2: { machine: 'transactionInitiator', state: 'awaiting-answer', users: true },
} as const satisfies Partial<Record<RungName, SceneSpec>>;
type Waited = keyof typeof WAITING;
const established: SceneSpec = { machine: 'quickModeResponder', state: 'established' };

/** A message of the ladder with other payloads, as whoever has the keys would send it. */
function withPayloads(name: Waited, chain: readonly { type: number; body: Uint8Array }[]): Step {
  const rung = Ladder.of(WAITING[name]).rung(name);
  const kept = isInPhase2(rung) ? chain.filter(({ type }) => type !== PAYLOAD.HASH) : chain;
  const content: Content = { firstType: kept[0]?.type ?? PAYLOAD.NONE, plaintext: writeChain(kept) };
  return { op: rung.chain === undefined ? 'sealed' : 'authentic', rung: name, content };
}
const payloadsOf = (name: Waited) => {
  const { header, plaintext } = Ladder.of(WAITING[name]).rung(name);
  return viewPayloads(header.nextPayload, plaintext).payloads;
};

/** Plays steps in one scene each; the stage sees to it that nothing else is lost, and that what is not proved costs one attempt. */
function each(spec: SceneSpec, steps: readonly Step[]): string[] {
  return steps.map((step) => {
    const stage = new Stage(spec);
    const told = act(stage, step).flatMap((effect) => (effect.type === 'event' ? [effect.event.name] : []));
    stage.finish();
    return told.join(' ');
  });
}

describe('known bugs of other implementations, by their numbers: messages', () => {
  it.each(Object.keys(WAITING) as Waited[])(
    'CVE-2005-3732 (racoon), CVE-2005-3671 (Openswan), NISCC 273756: %s with each payload missing',
    (name) => {
      const all = payloadsOf(name);
      const told = each(
        WAITING[name],
        all.map((_, missing) => withPayloads(name, all.toSpliced(missing, 1))),
      );
      expect(told).toHaveLength(all.length);
      each(WAITING[name], [withPayloads(name, []), withPayloads(name, [...all, ...all])]);
    },
  );

  it.each(['MM1', 'MM3'] as const)(
    'CVE-2022-23094 (libreswan): %s cut off at every octet, and with every octet wrong',
    (name) => {
      const { bytes } = Ladder.of({}).rung(name).datagram;
      const stage = new Stage(WAITING[name]);
      for (let at = 0; at < bytes.length; at++) {
        act(stage, { op: 'raw', natt: false, bytes: bytes.slice(0, at) });
        if (at < 16) continue;
        act(stage, { op: 'clear', natt: false, bytes: bytes.map((octet, i) => (i === at ? octet ^ 0xff : octet)) });
      }
      stage.finish();
    },
  );

  it('CVE-2004-0403, CVE-2005-0398 (racoon): lengths in the header that are nothing, too much and gigantic', () => {
    for (const name of ['MM1', 'MM3', 'MM5', 'QM1'] as const) {
      const { bytes } = Ladder.of({}).rung(name).datagram;
      const steps = [0, 1, 27, 28, 29, bytes.length - 1, bytes.length + 1, 0xffff, 0x7fff_ffff, 0xffff_ffff].map(
        (length): Step => {
          const changed = bytes.slice();
          new DataView(changed.buffer).setUint32(24, length);
          return { op: 'clear', natt: false, bytes: changed };
        },
      );
      each(WAITING[name], steps);
    }
  });

  it('CVE-2013-6075, CVE-2014-2891 (strongSwan), CVE-2013-2052 to 2054 (pluto): names that are none, or long, or full of control characters', () => {
    const long = (length: number, fill: number): Uint8Array => {
      const value = new Uint8Array(length).fill(fill);
      const inner = concat(Uint8Array.of(6, 3, 0x55, 4, 3, 0x0c, 0x82, length >>> 8, length), value);
      const nested = (tag: number, body: Uint8Array): Uint8Array =>
        concat(Uint8Array.of(tag, 0x82, body.length >>> 8, body.length), body);
      return nested(0x30, nested(0x31, nested(0x30, inner)));
    };
    const names = [
      new Uint8Array(),
      Uint8Array.of(0x30),
      Uint8Array.of(0x30, 0x80),
      Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0x30, 2, 0x31, 0),
      Uint8Array.of(0x30, 4, 0x31, 0x7f, 0x30, 0),
      concat(...Array.from({ length: 200 }, () => Uint8Array.of(0x30, 0x82, 3, 0))),
      long(4096, 0x07),
      long(4096, 0x1b),
      long(4096, 0xff),
    ];
    for (const name of ['MM5', 'MM6'] as const) {
      const steps = names.map((body) =>
        withPayloads(
          name,
          payloadsOf(name).map((one) =>
            one.type === PAYLOAD.ID ? { ...one, body: concat(Uint8Array.of(ID_TYPE.DER_ASN1_DN, 0, 0, 0), body) } : one,
          ),
        ),
      );
      for (const told of each(WAITING[name], steps)) expect(told).not.toContain('phase1.established');
    }
  });

  it('CVE-2004-0164 (racoon): a Delete or INITIAL-CONTACT in clear, or under another key, takes nothing', () => {
    const { initiatorCookie, responderCookie } = Ladder.of({}).cookies;
    const cookies = { initiator: initiatorCookie, responder: responderCookie };
    const both = concat(initiatorCookie, responderCookie);
    const contents = [
      isakmpDelete(cookies),
      espDelete(0x1000),
      espDelete(0x2000),
      notification(NOTIFY.INITIAL_CONTACT, PROTOCOL.ISAKMP, both),
      notification(NOTIFY.INVALID_SPI, PROTOCOL.ESP, Uint8Array.of(0, 0, 0x10, 0)),
    ].map((one): Content => ({ firstType: one.type, plaintext: writeChain([one]) }));
    const header = Ladder.of({}).rung('MM6').datagram.bytes.slice(0, 28);
    const stage = new Stage(established);
    for (const content of contents) {
      const clear = concat(header, content.plaintext);
      clear.set([content.firstType, 0x10, EXCHANGE.INFORMATIONAL, 0, 1, 2, 3, 4], 16);
      new DataView(clear.buffer).setUint32(24, clear.length);
      const told = [
        act(stage, { op: 'clear', natt: false, bytes: clear }),
        act(stage, { op: 'fresh', exchangeType: EXCHANGE.INFORMATIONAL, content }),
      ].flat();
      const names = told.flatMap((effect) => (effect.type === 'event' ? [effect.event.name] : [effect.type]));
      expect(names.filter((one) => one !== 'datagram.dropped' && one !== 'peer.notify')).toEqual([]);
    }
    stage.finish();
  });

  it('CVE-2008-3651, CVE-2008-3652, CVE-2009-1632 (racoon): thousands of offers that are no good, and of keepalives, leave nothing', () => {
    const stage = new Stage(established);
    const { bytes } = Ladder.of({}).rung('MM1').datagram;
    for (let i = 0; i < 3000; i++) {
      const sa = saBodies.isakmp(i % 10, 127);
      const message = concat(bytes.subarray(0, 28), writeChain([{ type: PAYLOAD.SA, body: sa }]));
      const view = new DataView(message.buffer);
      view.setUint32(0, 0x0bad_0000 + i);
      view.setUint32(24, message.length);
      act(stage, { op: 'raw', natt: false, bytes: message });
      act(stage, { op: 'raw', natt: true, bytes: Uint8Array.of(0xff) });
    }
    stage.wait(70);
    stage.finish();
  });

  it.each([2, 4, 5])(
    'CVE-2018-0131 (Cisco), CVE-2018-9129 (ZyXEL), CVE-2017-17305 (Huawei), CVE-2018-8753 (Clavister): method %i is neither accepted nor taken back',
    (method) => {
      for (const name of ['MM1', 'MM2'] as const) {
        const { bytes } = Ladder.of({}).rung(name).datagram;
        const asked = fromHex(toHex(bytes).replaceAll('80030001', `8003000${method}`));
        expect(asked).not.toEqual(bytes);
        // What goes on: the answer of MM1, and the key pair for that of MM2.
        const answers = (message: Uint8Array) => {
          const stage = new Stage(WAITING[name]);
          const told = act(stage, { op: 'clear', natt: false, bytes: message });
          stage.finish();
          return told.flatMap((effect) => {
            if (effect.type === 'job') return [effect.job.kind];
            return effect.type === 'send' && effect.datagram.bytes[16] === PAYLOAD.SA ? ['answer'] : [];
          });
        };
        expect(answers(bytes), name).toHaveLength(1);
        expect(answers(asked)).toEqual([]);
      }
    },
  );
});
