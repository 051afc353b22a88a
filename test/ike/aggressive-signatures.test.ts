import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { instant } from '../../src/base/instant.ts';
import type { SignatureMethod } from '../../src/crypto/signatures.ts';
import type { ConnectionPolicy } from '../../src/ike/negotiate/policy.ts';
import { readMessage, viewPayloads } from '../../src/ike/wire/message.ts';
import { EXCHANGE, PAYLOAD } from '../../src/ike/wire/numbers.ts';
import { authority, type KeyName } from '../pki/authority.ts';
import { certified, certifiedPair, type Ends, endsWith, root, withId } from './certificates.ts';
import { failures, type PairOfEndpoints, stands } from './pair-of-endpoints.ts';
import { B } from './policies.ts';
import type { Side } from './side.ts';

const AGGRESSIVE = { exchange: 'aggressive' } as const;
const usual = await endsWith();
const [endsA, endsB] = usual;
const both = (methods: readonly SignatureMethod[] = ['ecdsa256']) =>
  [certified('a', methods, AGGRESSIVE), certified('b', methods, AGGRESSIVE)] as const;

function up(
  [a, b]: readonly [ConnectionPolicy, ConnectionPolicy] = both(),
  ends: readonly [Ends, Ends] = usual,
): PairOfEndpoints {
  const pair = certifiedPair(a, b, ends);
  pair.initiate();
  return pair;
}
const said = (side: Side): string[] =>
  side
    .named('message.sent')
    .filter(({ exchange }) => exchange === 'AGGRESSIVE')
    .map(
      ({ encrypted, payloads }) =>
        `${payloads.filter((name) => name !== 'VENDOR-ID').join(' ')}${encrypted ? '*' : ''}`,
    );

/** One octet of SIG_R changed. */
function withOtherSignature(message: Uint8Array): Uint8Array {
  const changed = message.slice();
  const { header, body } = readMessage(changed);
  const signature = viewPayloads(header.nextPayload, body).payloads.find(({ type }) => type === PAYLOAD.SIG);
  if (signature === undefined) throw new Error('no signature');
  signature.body[9] = (signature.body[9] ?? 0) ^ 1;
  return changed;
}

describe('Aggressive Mode with signatures (RFC 2409 §5.1)', () => {
  it('has three messages, and certificates where they are asked for', () => {
    const pair = up();
    expect([said(pair.a), said(pair.b)]).toEqual([
      ['SA KE NONCE ID CERTREQ', 'CERT SIG NAT-D NAT-D*'],
      ['SA KE NONCE ID CERT SIG CERTREQ NAT-D NAT-D'],
    ]);
    expect([stands(pair), pair.a.drops, pair.b.drops]).toEqual([[true, true], [], []]);
  });

  it.each([
    ['rsa', 'rsa2048'],
    ['ecdsa384', 'p384'],
    ['ecdsa521', 'p521'],
  ] as const satisfies readonly (readonly [SignatureMethod, KeyName])[])('stands with %s', async (method, key) => {
    const pair = up(both([method]), await endsWith(key));
    expect([stands(pair), pair.a.drops, pair.b.drops]).toEqual([[true, true], [], []]);
    expect(pair.a.isakmp().established?.certificate).toMatchObject({ subject: 'CN=b.example', trustedBy: 'CN=Root' });
    expect(pair.b.isakmp().established?.certificate).toMatchObject({ subject: 'CN=a.example', trustedBy: 'CN=Root' });
  });

  it('takes a second message in fragments, which go where the first has announced them', async () => {
    const small = both(['rsa']).map((policy) => ({ ...policy, fragmentSize: 576 }));
    const [a, b] = small;
    if (a === undefined || b === undefined) throw new Error('two policies');
    const pair = up([a, b], await endsWith('rsa2048'));
    expect([stands(pair), pair.a.drops, pair.b.drops]).toEqual([[true, true], [], []]);
    const first = pair.wire.slice(0, 6).map(({ bytes }) => bytes.length);
    expect(Math.max(...first)).toBeLessThanOrEqual(576 - 28);
    expect(first.length).toBeGreaterThan(3);
  });

  it('ends at once on both sides where the initiator’s certificate is refused, which is told under the keys', async () => {
    const subject = 'CN=old';
    const expired = await root.issue({
      subject,
      names: [{ type: 'dns', value: 'a.example' }],
      until: '2021-01-01T00:00:00Z',
    });
    const pair = up(both(), [{ ...endsA, own: expired }, endsB]);
    expect(failures(pair.b)).toEqual(['INVALID_CERTIFICATE']);
    expect(stands(pair)).toEqual([false, false]);
    expect(pair.b.named('message.sent').at(-1)).toMatchObject({ exchange: 'INFORMATIONAL', encrypted: true });
  });

  it('ends at once where the responder’s is refused, and the responder hears it', async () => {
    const stranger = await authority({ subject: 'CN=Stranger' });
    const pair = up(both(), [{ ...endsA, trust: { authorities: [stranger.certificate] } }, endsB]);
    expect(failures(pair.a)).toEqual(['INVALID_CERT_AUTHORITY']);
    expect(pair.a.named('message.sent').at(-1)).toMatchObject({ exchange: 'INFORMATIONAL', encrypted: true });
    expect(stands(pair)).toEqual([false, false]);
  });

  it('answers an identity that nobody has as any other, and refuses it when it has signed', async () => {
    const other = await root.issue({ subject: 'CN=other', names: [{ type: 'dns', value: 'other.example' }] });
    const [a, b] = both();
    const pair = up([withId(a, '@other.example'), b], [{ ...endsA, own: other }, endsB]);
    expect(said(pair.b)).toEqual(said(up().b));
    expect(failures(pair.b)).toEqual(['AUTHENTICATION_FAILED']);
    expect(pair.b.named('phase1.failed')[0]?.failure.details).toMatchObject({ theirs: '@other.example' });
    expect(stands(pair)).toEqual([false, false]);
  });

  it('is not ended by a second message with another’s signature: the genuine one behind it is taken', () => {
    const pair = certifiedPair(...both(), usual);
    pair.onWire = (datagram) => {
      if (datagram.local.address !== B || datagram.bytes[18] !== EXCHANGE.AGGRESSIVE) return [datagram];
      return [{ ...datagram, bytes: withOtherSignature(datagram.bytes) }, datagram];
    };
    pair.initiate();
    expect([stands(pair), pair.a.drops]).toEqual([[true, true], ['signature-mismatch']]);
  });
});

describe('the second message of Aggressive Mode with signatures', () => {
  /** What came of one first message of a peer that sees no answer, sent so often. */
  function octets(
    times: number,
    [a, b]: ReturnType<typeof both>,
    ends: readonly [Ends, Ends],
  ): readonly [number, number[]] {
    const pair = certifiedPair(a, b, ends);
    pair.onWire = () => [];
    pair.initiate();
    const [first] = pair.wire;
    if (first === undefined) throw new Error('no first message');
    const { bytes } = first;
    const remote = { address: requireIpAddress('192.0.2.1'), port: 500 };
    for (let i = 0; i < times; i++)
      pair.b.apply(
        pair.b.endpoint.receive({ local: { address: B, port: 500 }, remote, bytes }, instant(0)),
        instant(0),
      );
    pair.b.apply(pair.b.endpoint.tick(instant(100_000)), instant(100_000));
    return [bytes.length, pair.b.outgoing.map((datagram) => datagram.bytes.length)];
  }

  it('is no more than eight times the first, and is never sent by a timer', async () => {
    for (const [method, key] of [
      ['rsa', 'rsa2048'],
      ['ecdsa256', 'p256'],
      ['ecdsa521', 'p521'],
    ] as const) {
      const [received, sent] = octets(1, both([method]), await endsWith(key));
      expect(sent).toHaveLength(1);
      expect(sent[0]).toBeLessThanOrEqual(8 * received);
    }
  });

  it('that is longer waits until the peer has sent its first message as often as that takes', async () => {
    const names = Array.from({ length: 220 }, (_, i) => ({ type: 'dns' as const, value: `host-${i}.b.example` }));
    const own = await root.issue({
      subject: 'CN=many',
      key: 'p256',
      names: [{ type: 'dns', value: 'b.example' }, ...names],
    });
    const long = [endsA, { ...endsB, own }] as const;
    const [received, sent] = octets(1, both(), long);
    const [, later] = octets(2, both(), long);
    expect(sent).toEqual([]);
    expect(later).toHaveLength(1);
    expect(later[0]).toBeGreaterThan(8 * received);
    expect(later[0]).toBeLessThanOrEqual(16 * received);
  });
});
