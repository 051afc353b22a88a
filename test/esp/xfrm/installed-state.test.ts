import { expect, it } from 'vitest';
import { concat } from '../../../src/base/bytes.ts';
import { readAttributes } from '../../../src/linux/netlink-message.ts';
import { readScope } from '../../../src/esp/xfrm/attributes.ts';
import { stateOf } from '../../../src/esp/xfrm/installed-state.ts';
import { readStandingState, writeState } from '../../../src/esp/xfrm/state.ts';
import { readStandingPolicy, writePolicy } from '../../../src/esp/xfrm/policy.ts';
import { policyIds } from '../../../src/esp/xfrm/traffic.ts';
import { counterpart, outboundSa } from '../sample-sa.ts';
import type { EspSa } from '../../../src/esp/sa.ts';

const attributesOf = (sa: EspSa): Map<number, Uint8Array> => readAttributes(writeState(stateOf(sa, 7)).subarray(224));

it('a state has its mark and its XFRM interface, and its name has the mark', () => {
  const sa = outboundSa({ handling: { mark: { value: 7, mask: 0xff }, interface: 42 } });
  expect(readScope(attributesOf(sa))).toEqual({ mark: { value: 7, mask: 0xff }, interfaceId: 42 });
  expect(readStandingState(writeState(stateOf(sa, 7)))).toMatchObject({ reqid: 7, mark: { value: 7, mask: 0xff } });
  expect(readScope(attributesOf(outboundSa()))).toEqual({});
});

it('a policy has them too, and is found by them', () => {
  const handling = { mark: { value: 7, mask: 0xff }, interface: 42 };
  const { localSelector: local, remoteSelector: remote } = outboundSa();
  const [id] = policyIds({ local, remote, handling }, 'out');
  const policy = { ...id!, priority: 1, index: 9, action: 'block' } as const;
  expect(readStandingPolicy(concat(writePolicy(policy)))).toEqual({ ...policy, usedAt: 0, needsState: false });
});

it.each([
  [undefined, 0, undefined],
  ['out', 0, undefined],
  ['in', 2, 1],
  ['both', 2, undefined],
  ['no', 0, 1],
] as const)('copyDscp %s is the flags %i and the extra flags %s', (copyDscp, flags, extra) => {
  const sa = outboundSa({ handling: { copyDscp } });
  expect(stateOf(sa, 7).flags).toBe(flags);
  expect(attributesOf(sa).get(24)?.[0]).toBe(extra);
});

it('without path MTU discovery the kernel lets outer packets be fragmented', () => {
  expect(stateOf(outboundSa({ handling: { pathMtuDiscovery: false } }), 7).flags).toBe(4);
});

it.each([
  [0, false, 0, undefined],
  [32, false, 32, undefined],
  [4096, false, 0, 4096],
  [32, true, 0, 32],
])('a replay window of %i, with extended sequence numbers: %s', (replayWindow, esn, short, long) => {
  const suite = { cipher: 'aes128gcm16', ...(esn && { esn }) } as const;
  const sa = counterpart(outboundSa({ replayWindow, suite }));
  const window = attributesOf(sa).get(23);
  expect(stateOf(sa, 7).replayWindow).toBe(short);
  expect(window && new DataView(window.buffer, window.byteOffset).getUint32(20, true)).toBe(long);
});
