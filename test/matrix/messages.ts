import { concat, u32Bytes } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import { espDelete, notification } from '../../src/ike/exchange/informational.ts';
import { phase1Offer } from '../../src/ike/negotiate/phase1-offer.ts';
import { viewPayloads, writeChain, writeMessage } from '../../src/ike/wire/message.ts';
import { EXCHANGE, NOTIFY, PAYLOAD, PROTOCOL } from '../../src/ike/wire/numbers.ts';
import { payload } from '../../src/ike/wire/payload.ts';
import { behindHash, type Content, contentOf } from '../robustness/forged.ts';
import { Ladder, type Rung } from '../robustness/ladder.ts';
import type { SceneSpec } from '../robustness/scenes.ts';
import type { Step } from '../robustness/step.ts';

/** It stands for a group: what is offered is not even looked at. */
const GROUP_OFFER = phase1Offer([{ cipher: 'aes128', hash: 'sha256', group: 'modp2048' }], { duration: seconds(3600) });

/** How a message is protected: not at all, as it should be, with the right key and a wrong HASH, or with the wrong key. */
const PROTECTIONS = ['clear', 'right', 'wrong HASH', 'wrong key'] as const;
type Protection = (typeof PROTECTIONS)[number];

interface Message {
  readonly name: string;
  /** As it may come; what is never encrypted has no HASH. */
  readonly steps: readonly { readonly how: Protection | 'as it is'; readonly step: Step }[];
}

/** Every kind of message that somebody may send, under the cookies of the SA where it has some. */
export function messagesFor(spec: SceneSpec): Message[] {
  const ladder = Ladder.of(spec);
  const rungs = ladder.rungs.map((rung): Message => {
    const { name } = rung;
    const hows = rung.chain === undefined ? (['clear', 'wrong key'] as const) : PROTECTIONS;
    return { name, steps: hows.map((how) => ({ how, step: rungStep(rung, how) })) };
  });
  const fresh = Object.entries(contents(ladder)).map(([name, { exchangeType, content }]) => ({
    name,
    steps: PROTECTIONS.map((how) => ({ how, step: freshStep(exchangeType, content, how) })),
  }));
  const noise: readonly (readonly [string, Step])[] = [
    [
      'AM1 of a stranger',
      { op: 'raw', natt: false, bytes: ofStranger(Ladder.of({ machine: 'aggressiveModeInitiator' })) },
    ],
    ['MM1 of a stranger', { op: 'raw', natt: false, bytes: ofStranger(Ladder.of({})) }],
    ['keepalive', { op: 'raw', natt: true, bytes: Uint8Array.of(0xff) }],
    ['ESP', { op: 'raw', natt: true, bytes: new Uint8Array(40).fill(1) }],
    ['nothing', { op: 'raw', natt: false, bytes: new Uint8Array() }],
    ['noise', { op: 'raw', natt: false, bytes: new Uint8Array(100).fill(7) }],
  ];
  return [...rungs, ...fresh, ...noise.map(([name, step]) => ({ name, steps: [{ how: 'as it is' as const, step }] }))];
}

function contents(ladder: Ladder): Record<string, { readonly exchangeType: number; readonly content: Content }> {
  const one = (type: number, body: Uint8Array): Content => ({
    firstType: type,
    plaintext: writeChain([{ type, body }]),
  });
  const informational = (content: ReturnType<typeof notification>): Content => one(content.type, content.body);
  const { initiatorCookie, responderCookie } = ladder.cookies;
  const cookies = concat(initiatorCookie, responderCookie);
  const offer = behindHash(ladder.rung('QM1'));
  return {
    'QM1, new id': { exchangeType: EXCHANGE.QUICK_MODE, content: offer },
    'error notify': info(informational(notification(NOTIFY.NO_PROPOSAL_CHOSEN, PROTOCOL.ESP, new Uint8Array()))),
    'R-U-THERE': info(informational(notification(NOTIFY.R_U_THERE, PROTOCOL.ISAKMP, cookies, u32Bytes(7)))),
    'Delete of a stranger': info(informational(espDelete(0x7777))),
    Transaction: {
      exchangeType: EXCHANGE.TRANSACTION,
      content: informational(payload('configuration', { cfgType: 1, identifier: 1, attributes: [] })),
    },
    'AM1, our cookies': { exchangeType: EXCHANGE.AGGRESSIVE, content: offer },
    'first of two fragments': {
      exchangeType: EXCHANGE.MAIN_MODE,
      content: one(PAYLOAD.FRAGMENT, Uint8Array.of(0, 1, 1, 0, 1, 2, 3)),
    },
    fragment: { exchangeType: EXCHANGE.MAIN_MODE, content: one(PAYLOAD.FRAGMENT, Uint8Array.of(0, 1, 1, 1, 1, 2, 3)) },
    'New Group': { exchangeType: EXCHANGE.NEW_GROUP, content: informational(payload('sa', GROUP_OFFER)) },
  };
}

/** The first message of an attempt that nobody has seen before. */
function ofStranger(ladder: Ladder): Uint8Array {
  const bytes = ladder.firstFrom('initiator').datagram.bytes.slice();
  bytes.fill(0x77, 0, 8);
  return bytes;
}

const info = (content: Content): { exchangeType: number; content: Content } => ({
  exchangeType: EXCHANGE.INFORMATIONAL,
  content,
});

function rungStep(rung: Rung, how: Protection): Step {
  const { name, header, plaintext, datagram } = rung;
  const content = { firstType: header.nextPayload, plaintext };
  if (how === 'clear') return { op: 'clear', natt: false, bytes: clearly(datagram.bytes, plaintext) };
  if (how === 'right') return { op: 'authentic', rung: name, content: contentOf(rung) };
  if (how === 'wrong HASH') return { op: 'sealed', rung: name, content: wrongHash(content) };
  return { op: 'clear', natt: false, bytes: spoiled(datagram.bytes) };
}

function freshStep(exchangeType: number, content: Content, how: Protection): Step {
  if (how === 'right') return { op: 'fresh-authentic', exchangeType, content };
  if (how === 'wrong HASH') {
    const front = concat(Uint8Array.of(content.firstType, 0, 0, 36), new Uint8Array(32));
    const plaintext = concat(front, content.plaintext);
    return { op: 'fresh', exchangeType, content: { firstType: PAYLOAD.HASH, plaintext } };
  }
  const header = {
    ...{ initiatorCookie: new Uint8Array(8), responderCookie: new Uint8Array(8), exchangeType },
    messageId: exchangeType === EXCHANGE.MAIN_MODE ? 0 : 0x7777,
  };
  const bytes = writeMessage({ ...header, flags: 0 }, []);
  const whole = concat(bytes, content.plaintext);
  whole[16] = content.firstType;
  new DataView(whole.buffer).setUint32(24, whole.length);
  if (how === 'clear') return { op: 'clear', natt: false, bytes: whole };
  return { op: 'clear', natt: false, bytes: spoiled(concat(whole, new Uint8Array(16 - ((whole.length - 28) % 16)))) };
}

/** The header with the E bit and the length put right for a body in clear. */
function clearly(bytes: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const whole = concat(bytes.subarray(0, 28), plaintext);
  whole[19] = (whole[19] ?? 0) & ~1;
  new DataView(whole.buffer).setUint32(24, whole.length);
  return whole;
}

/** Marked as encrypted, in whole blocks, and nothing comes out but noise. */
function spoiled(bytes: Uint8Array): Uint8Array {
  const rest = 16 - ((bytes.length - 28) % 16);
  const whole = concat(bytes, new Uint8Array(rest % 16));
  for (let i = 28; i < whole.length; i++) whole[i] = (whole[i] ?? 0) ^ 0x5a;
  whole[19] = (whole[19] ?? 0) | 1;
  new DataView(whole.buffer).setUint32(24, whole.length);
  return whole;
}

/** One bit of the HASH changed, or of the signature in its place. */
function wrongHash({ firstType, plaintext }: Content): Content {
  const { payloads, rest } = viewPayloads(firstType, plaintext);
  const wrong = payloads.map(({ type, body }) => {
    if (type !== PAYLOAD.HASH && type !== PAYLOAD.SIG) return { type, body };
    return { type, body: body.map((octet, i) => (i === 0 ? octet ^ 1 : octet)) };
  });
  return { firstType, plaintext: concat(writeChain(wrong), rest) };
}
