import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decoded, expectAgreement } from './compare.ts';

/** Captures that may not lie in the project, and beside them what tshark made of them; vectors/README.md says why. */
const FOLDER = process.env['SALLYPORT_REFERENCE_VECTORS'] ?? '';
const DISSECTIONS = join(FOLDER, '../decoded');
const DONE = FOLDER !== '' && existsSync(DISSECTIONS);

/** The keys that tshark was given for some of them. */
function keysFor(capture: string): string {
  const text = (path: string): string => readFileSync(join(FOLDER, 'pcap', path), 'utf8');
  if (capture === 'pcap/wireshark/ikev1-bug-12610.pcapng.gz') return text('wireshark/keys/ikev1_decryption_table.tmpl');
  if (!capture.startsWith('pcap/rub-strongswan/')) return '';
  const sessions = JSON.parse(text('rub-strongswan/secrets.json')) as Record<
    string,
    { cky_i: string; enc_key: string }
  >;
  return Object.values(sessions)
    .map(({ cky_i: cookie, enc_key: key }) => `${cookie},${key}`)
    .join('\n');
}

/** `pcap_openswan-unit_libpluto_lp44-x_y.pcap.txt` is the dissection of `pcap/openswan-unit/libpluto/lp44-x/y.pcap`. */
function captureOf(dissection: string): string | undefined {
  const name = dissection.replace(/\.txt$/, '');
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).find((path) => path.replaceAll('/', '_') === name);
}

describe.skipIf(!DONE)('captures from $SALLYPORT_REFERENCE_VECTORS', () => {
  const found = DONE
    ? readdirSync(DISSECTIONS).flatMap((dissection) => {
        const capture = captureOf(dissection);
        return capture === undefined ? [] : [[capture, dissection] as const];
      })
    : [];

  test('have a second opinion', () => {
    expect(found.length).toBeGreaterThan(40);
  });

  test.each(found)('we read what tshark reads: %s', async (capture, dissection) => {
    const messages = await decoded(join(FOLDER, capture), keysFor(capture));
    expectAgreement(messages, readFileSync(join(DISSECTIONS, dissection), 'utf8'));
  });
});
