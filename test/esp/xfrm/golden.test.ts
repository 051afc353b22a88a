import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requireIpAddress } from '../../../src/base/address.ts';
import { fromHex, toHex } from '../../../src/base/bytes.ts';
import { algorithmAttributes } from '../../../src/esp/xfrm/algorithms.ts';
import {
  encapAttribute,
  extraFlagsAttribute,
  interfaceAttribute,
  markAttribute,
  offloadAttribute,
  replayAttribute,
  setMarkAttributes,
} from '../../../src/esp/xfrm/attributes.ts';
import { handlingAttributes, handlingFlags } from '../../../src/esp/xfrm/handling.ts';
import { XFRM_MSG } from '../../../src/esp/xfrm/numbers.ts';
import {
  readPolicy,
  readStandingPolicy,
  writePolicy,
  writePolicyId,
  type XfrmPolicy,
} from '../../../src/esp/xfrm/policy.ts';
import { writeSpdInfoRequest, writeThresholds } from '../../../src/esp/xfrm/spd-info.ts';
import {
  readState,
  stateFlags,
  writeFlush,
  writeSpiRequest,
  writeState,
  writeStateId,
  type XfrmState,
} from '../../../src/esp/xfrm/state.ts';

interface Golden {
  readonly name: string;
  readonly command: string;
  readonly type: number;
  readonly body: string;
}

const file = new URL('../../../vectors/xfrm/ip-xfrm.json', import.meta.url);
const { messages }: { readonly messages: readonly Golden[] } = JSON.parse(readFileSync(file, 'utf8'));

const octets = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);
const [left, right] = [requireIpAddress('198.51.100.2'), requireIpAddress('203.0.113.2')];
const GCM = algorithmAttributes({ cipher: 'aes128gcm16' }, { encryption: octets(20), integrity: octets(0) });
const CBC = algorithmAttributes(
  { cipher: 'aes128', integrity: 'sha256' },
  { encryption: octets(16), integrity: octets(32) },
);

const outbound: XfrmState = {
  source: left,
  destination: right,
  spi: 0x1122_3344,
  reqid: 7,
  mode: 'tunnel',
  replayWindow: 32,
  flags: 0,
  limits: {},
  attributes: GCM,
};
/** `ip` has the algorithms in the order of its arguments and all else in one of its own, and gives an IPv4 state no flag but what it is told. */
const inbound: XfrmState = {
  ...outbound,
  source: right,
  destination: left,
  spi: 0x1122_3345,
  replayWindow: 0,
  flags: 32,
  limits: { bytes: { soft: 900, hard: 1000 }, packets: { soft: 40, hard: 50 }, seconds: { soft: 3000, hard: 3600 } },
  attributes: [...CBC, encapAttribute(4500, 4501), replayAttribute(128)],
};
const esn: XfrmState = {
  ...outbound,
  source: requireIpAddress('2001:db8::1'),
  destination: requireIpAddress('2001:db8::2'),
  spi: 0x1122_3346,
  reqid: 9,
  replayWindow: 0,
  flags: 128,
  attributes: [
    ...GCM,
    replayAttribute(64),
    extraFlagsAttribute(1),
    markAttribute(3, 0xff),
    interfaceAttribute(5),
    ...setMarkAttributes(0x53a1, 0xffff_ffff),
  ],
};
const selector = {
  source: { address: requireIpAddress('10.1.0.0'), length: 24 },
  destination: { address: requireIpAddress('10.2.0.0'), length: 24 },
  protocol: 0,
  sourcePort: 0,
  destinationPort: 0,
};
const out: XfrmPolicy = {
  selector,
  direction: 'out',
  priority: 5000,
  index: 0x2d00_0009,
  action: 'allow',
  template: { source: left, destination: right, reqid: 7, mode: 'tunnel' },
};
const into: XfrmPolicy = {
  selector: { ...selector, source: selector.destination, destination: selector.source, protocol: 6, sourcePort: 80 },
  direction: 'in',
  priority: 5000,
  index: 0,
  action: 'allow',
  template: { reqid: 7, mode: 'tunnel' },
};
const transport: XfrmState = {
  ...outbound,
  spi: 0x1122_3347,
  reqid: 0,
  mode: 'transport',
  replayWindow: 0,
  selector: {
    source: { address: left, length: 32 },
    destination: { address: right, length: 32 },
    protocol: 6,
    sourcePort: 1000,
    destinationPort: 22,
  },
};

const plain: XfrmState = { ...outbound, source: right, destination: left, spi: 0x1122_3347, replayWindow: 0 };
const HANDLING = { copyDscp: 'in', pathMtuDiscovery: false } as const;

/** Ours for what each command of `ip xfrm` says. */
const OURS: Readonly<Record<string, readonly [type: number, body: Uint8Array]>> = {
  'newsa-gcm': [XFRM_MSG.NEWSA, writeState(outbound)],
  'newsa-cbc': [XFRM_MSG.NEWSA, writeState(inbound)],
  'newsa-esn': [XFRM_MSG.NEWSA, writeState(esn)],
  updsa: [
    XFRM_MSG.UPDSA,
    writeState({
      ...inbound,
      flags: 0,
      limits: {},
      attributes: [...CBC, encapAttribute(4500, 4777), replayAttribute(128)],
    }),
  ],
  transport: [XFRM_MSG.NEWSA, writeState(transport)],
  allocspi: [
    XFRM_MSG.ALLOCSPI,
    writeSpiRequest({ source: right, destination: left, mode: 'tunnel', reqid: 7 }, 0x100, 0xffff_ffff),
  ],
  delsa: [XFRM_MSG.DELSA, writeStateId(outbound, left)],
  flushsa: [XFRM_MSG.FLUSHSA, writeFlush()],
  'newpolicy-out': [XFRM_MSG.NEWPOLICY, writePolicy(out)],
  'newpolicy-in': [XFRM_MSG.NEWPOLICY, writePolicy(into)],
  'updpolicy-block': [
    XFRM_MSG.UPDPOLICY,
    writePolicy({ selector, direction: 'out', priority: 5000, index: 0, action: 'block' }),
  ],
  delpolicy: [XFRM_MSG.DELPOLICY, writePolicyId(out)],
  setspd: [XFRM_MSG.NEWSPDINFO, writeThresholds({ ipv4: { local: 24, remote: 32 }, ipv6: { local: 64, remote: 128 } })],
  getspd: [XFRM_MSG.GETSPDINFO, writeSpdInfoRequest()],
  'newsa-offload': [
    XFRM_MSG.NEWSA,
    writeState({ ...plain, attributes: [...GCM, offloadAttribute(1, { inbound: true, ipv6: false })] }),
  ],
  'newsa-flags': [
    XFRM_MSG.NEWSA,
    writeState({
      ...plain,
      flags: stateFlags({ esn: false, mixed: false, ...handlingFlags(HANDLING) }),
      attributes: [...GCM, ...handlingAttributes(HANDLING)],
    }),
  ],
};

describe('messages to the kernel', () => {
  it('are compared with every message that was recorded', () => {
    expect(Object.keys(OURS)).toEqual(messages.map(({ name }) => name));
  });
  it.each(messages)('are what `ip` sends for: $command', ({ name, type, body }) => {
    const [ourType, ours] = OURS[name] ?? [];
    expect({ type: ourType, body: toHex(ours ?? new Uint8Array()) }).toEqual({ type, body });
  });
});

const bodyOf = (name: string): Uint8Array => fromHex(messages.find((message) => message.name === name)?.body ?? '');

describe('messages from the kernel, which have the same form', () => {
  it('name a state', () => {
    const { source, destination, spi, reqid } = esn;
    expect(readState(bodyOf('newsa-esn'))).toEqual({ source, destination, spi, reqid });
  });
  it.each([
    ['newpolicy-out', out],
    ['newpolicy-in', into],
  ] as const)('name a policy: %s', (name, { selector: theirs, direction, priority, index }) => {
    expect(readStandingPolicy(bodyOf(name))).toEqual({
      ...{ selector: theirs, direction, priority, index },
      ...{ action: 'allow', usedAt: 0, needsState: true },
    });
  });
  it('are refused where they are too short', () => {
    for (let length = 0; length < 214; length++)
      expect(() => readState(bodyOf('newsa-gcm').subarray(0, length)), String(length)).toThrow(/state/);
    for (let length = 0; length < 161; length++)
      expect(() => readPolicy(bodyOf('newpolicy-in').subarray(0, length)), String(length)).toThrow(/policy/);
  });
});
