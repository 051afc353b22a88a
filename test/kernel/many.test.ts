import { expect, test } from 'vitest';
import { requireIpAddress } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';
import { parseSelector, selectorText } from '../../src/base/selector.ts';
import type { EspBackend, GuardedTraffic } from '../../src/esp/backend.ts';
import type { EspSa } from '../../src/esp/sa.ts';
import { isOurReqid } from '../../src/esp/xfrm/reqids.ts';
import { createKernelBackend } from '../../src/esp/xfrm/xfrm-backend.ts';
import { XfrmNetlink } from '../../src/esp/xfrm/xfrm-netlink.ts';
import { outboundSa } from '../esp/sample-sa.ts';
import { Namespace } from '../lab/namespaces.ts';

const TUNNELS = 500;

const local = { address: requireIpAddress('192.0.2.1'), port: 500 };
const sa = (nth: number): EspSa =>
  outboundSa({
    ...{ pair: nth, connection: `peer${nth}`, spi: 0x10_0000 + nth, encapsulation: 'none', local },
    remote: { address: requireIpAddress(`198.51.${100 + (nth >> 8)}.${nth & 255}`), port: 500 },
    ...{
      localSelector: parseSelector('10.0.0.0/16'),
      remoteSelector: parseSelector(`10.${1 + (nth >> 8)}.${nth & 255}.0/24`),
    },
  });
const SAS = Array.from({ length: TUNNELS }, (_, nth) => sa(nth));
const guardOf = ({ connection, tunnel, localSelector, remoteSelector }: EspSa): GuardedTraffic => ({
  ...{ connection, tunnel, without: 'trap' },
  ...{ local: localSelector, remote: remoteSelector },
});

/** What is done between the last message of Quick Mode and SAs that carry. */
async function install(backend: EspBackend, outbound: EspSa): Promise<void> {
  const spi = await backend.allocateSpi(outbound.local.address, outbound.remote.address);
  await backend.installInbound({ ...outbound, spi, direction: 'inbound' });
  await backend.installOutbound(outbound);
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now();
  await work();
  return performance.now() - from;
};

/** The same states and policies as lines of `ip`. */
const inIp = SAS.flatMap(({ spi, remote, keys, localSelector, remoteSelector }) => {
  const key = `aead rfc4106(gcm(aes)) 0x${toHex(keys.encryption)} 128`;
  const state = (from: string, to: string) =>
    `xfrm state add src ${from} dst ${to} proto esp spi ${spi} reqid ${spi} mode tunnel replay-window 64 ${key}`;
  const [here, there] = [local.address, remote.address];
  const [ours, theirs] = [selectorText(localSelector), selectorText(remoteSelector)];
  const template = (ends: string) => `tmpl ${ends} proto esp reqid ${spi} mode tunnel`;
  return [
    state(here, there),
    state(there, here),
    `xfrm policy add src ${ours} dst ${theirs} dir out ${template(`src ${here} dst ${there}`)}`,
    ...['in', 'fwd'].map((dir) => `xfrm policy add src ${theirs} dst ${ours} dir ${dir} ${template('')}`),
  ];
});

test('five hundred tunnels are installed, listed and taken away; how long that takes is printed beside what ip needs', async () => {
  const backend = createKernelBackend();
  const kernel = new XfrmNetlink();
  const standing = () => kernel.states().filter(({ reqid }) => isOurReqid(reqid)).length;
  const before = kernel.spdInfo();
  try {
    await backend.start({ emit: () => undefined, sendEncapsulated: () => undefined }, SAS.map(guardOf));
    const [first, ...rest] = SAS;
    const one = await timed(() => install(backend, first!));
    const many = await timed(async () => {
      for (const each of rest) await install(backend, each);
    });
    expect(standing()).toBe(2 * TUNNELS);
    expect(kernel.spdInfo()).toEqual({
      ...{ in: before.in + TUNNELS, out: before.out + TUNNELS, fwd: before.fwd + TUNNELS },
    });
    const listed = await timed(() => Promise.all(SAS.map(({ pair }) => backend.counters(pair))));
    const gone = await timed(() => backend.close());
    expect(standing()).toBe(0);
    expect(kernel.spdInfo()).toEqual(before);

    const beside = await Namespace.create('many');
    const ip = await timed(() => beside.ip(inIp));
    await beside.remove();
    console.log(
      `kernel, one tunnel installed: ${one.toFixed(1)} ms; ${TUNNELS}: ${(one + many).toFixed(0)} ms, ` +
        `ip -batch with the same states and policies ${ip.toFixed(0)} ms; counters of all ${listed.toFixed(0)} ms; all taken away ${gone.toFixed(0)} ms`,
    );
  } finally {
    await backend.close();
    kernel.close();
  }
});
