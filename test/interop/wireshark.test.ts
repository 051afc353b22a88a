import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decoded, expectAgreement } from '../captures/compare.ts';
import { readDissection } from '../captures/dissection.ts';
import { must } from '../lab/command.ts';
import { CAPTURED_SUITES, capturedRun } from '../sim/captured-run.ts';
import { temporaryFolder } from '../status/temporary-folder.ts';

/** tshark with a profile of its own, in which the tables of keys lie. */
async function tshark(folder: string, ...args: readonly string[]): Promise<string> {
  const preferences = ['esp.enable_encryption_decode', 'esp.enable_authentication_check'];
  const options = preferences.flatMap((name) => ['-o', `${name}:TRUE`]);
  return must(['env', `WIRESHARK_CONFIG_DIR=${folder}`, 'tshark', '-r', join(folder, 'a.pcap'), ...options, ...args]);
}

test.each(CAPTURED_SUITES)(
  'Wireshark decrypts a simulated run, IKE and ESP, and reads what we read: %s',
  async (seed, both) => {
    const folder = temporaryFolder();
    const capture = capturedRun(seed, both);
    writeFileSync(join(folder, 'a.pcap'), capture.pcap());
    writeFileSync(join(folder, 'ikev1_decryption_table'), capture.ikeKeys());
    writeFileSync(join(folder, 'esp_sa'), capture.espSas());

    const dissection = await tshark(folder, '-O', 'isakmp');
    expect(
      readDissection(dissection)
        .flatMap(({ body }) => body.flat())
        .filter((fact) => fact.startsWith('encrypted')),
    ).toEqual([]);
    expectAgreement(await decoded(join(folder, 'a.pcap'), capture.ikeKeys()), dissection);

    const fields = ['-e', 'ip.src', '-e', 'icmp.type', '-e', 'esp.icv_good'];
    const pings = await tshark(folder, '-Y', 'esp', '-T', 'fields', '-E', 'occurrence=l', ...fields);
    expect(pings.trim().split('\n')).toEqual(['10.1.0.255\t8\t1', '10.2.0.255\t0\t1']);
  },
);
