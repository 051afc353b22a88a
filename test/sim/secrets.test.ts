import { expect, it } from 'vitest';
import { fromHex, toHex, utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import { seconds } from '../../src/base/instant.ts';
import type { Host } from '../../src/sim/host.ts';
import { keepBusy, PSK, twoGateways } from './two-gateways.ts';

/** The ways in which octets could get into something that people see. */
const formsOf = (secret: Uint8Array): string[] => [
  toHex(secret),
  toHex(secret).toUpperCase(),
  Buffer.from(secret).toString('base64').replaceAll('=', ''),
  JSON.stringify([...secret]).slice(1, -1),
  JSON.stringify(Object.fromEntries(secret.entries())).slice(1, -1),
  JSON.stringify(utf8Text(secret)).slice(1, -1),
];

it('no event, snapshot, error or trace of a run holds a key or a pre-shared key', () => {
  const both = {
    ipsecLifetime: seconds(90),
    isakmpLifetime: seconds(200),
    esp: [{ cipher: 'aes256', integrity: 'sha256', group: 'x25519' } as const],
  };
  const { world, a, b, link } = twoGateways('secrets', { loss: 0.2 }, { both });
  world.watch.keepSecrets = true;
  const shown: string[] = [];
  const espKeys = new Set<string>();
  const look = (host: Host): void => {
    shown.push(JSON.stringify(host.endpoint.snapshot(world.now)));
    for (const { keys } of host.esp.installed) for (const key of Object.values(keys)) espKeys.add(toHex(key));
  };
  a.initiate('link');
  b.initiate('link');
  keepBusy(world, a);
  for (let time = 0; time < 1000; time++) {
    world.run(seconds(1));
    if (time === 500) link.change({ loss: 0 });
    look(a);
    look(b);
  }
  // One who has another key, so that the diagnosis of that is looked through as well.
  const wrong = twoGateways('wrong key', {}, { a: { host: { psks: [{ secret: 'something else entirely' }] } } });
  wrong.world.watch.keepSecrets = true;
  wrong.a.initiate('link');
  wrong.world.run(seconds(200));
  for (const host of [wrong.a, wrong.b]) {
    shown.push(JSON.stringify(host.endpoint.snapshot(wrong.world.now)));
    expect(JSON.stringify(host.endpoint.snapshot(wrong.world.now))).toContain('PSK_MISMATCH_LIKELY');
  }
  const hosts = [a, b, wrong.a, wrong.b];
  shown.push(...hosts.flatMap(({ events }) => events.map(({ event }) => JSON.stringify(event))));
  shown.push(world.trace(), wrong.world.trace());

  const secrets = [...world.watch.secrets, ...wrong.world.watch.secrets, ...espKeys, toHex(utf8Bytes(PSK))].filter(
    (hex) => hex.length >= 16,
  );
  expect(secrets.length).toBeGreaterThan(200);
  expect(secrets).toContain(toHex(utf8Bytes('something else entirely')));
  const everything = shown.join('\n');
  expect(everything.length).toBeGreaterThan(1e6);
  const found = secrets.filter((hex) => formsOf(fromHex(hex)).some((form) => everything.includes(form)));
  expect(found).toEqual([]);
});

it('an event that held a key would be found', () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i * 7);
  const shown = [{ key }, { key: toHex(key) }, { key: Buffer.from(key).toString('base64') }, { key: [...key] }].map(
    (event) => JSON.stringify(event),
  );
  expect(shown.map((text) => formsOf(key).some((form) => text.includes(form)))).toEqual([true, true, true, true]);
});
