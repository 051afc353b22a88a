import { utf8Bytes, utf8Text } from '../../src/base/bytes.ts';
import { ConfigError, issueText, pathText } from '../../src/config/config-error.ts';
import { parseKeyFile } from '../../src/config/key-file.ts';
import { checkConfig, parseConfig } from '../../src/config/parse.ts';
import type { SeededRandom } from '../../src/sim/seeded-random.ts';
import { readInProject } from '../project.ts';
import { below, mutateBytes } from './mutate-bytes.ts';
import type { Target } from './target.ts';

const SOURCES = {
  env: { PLANT_PSK: 'correct horse battery staple', PSK: 'another long secret' },
  readFile: (): Uint8Array => utf8Bytes('what stands in a file'),
};
/** Everything that the schema knows, and what YAML can do with it. */
const EVERYTHING = `
gateway: { name: a, listen: [192.0.2.1, "2001:db8::1"], ports: { ike: 500, natt: 4500 }, limits: { tunnels: 10 } }
esp: { backend: userspace }
credentials: &c
  psks: [{ peers: ["%any"], secret: { file: psk } }, { peers: ["@a", 192.0.2.1], secret: plain }]
connections:
  - name: b
    startup: on-demand
    local: { address: auto, id: "a@b.example" }
    remote: { address: "%any", id: "%any" }
    phase1: { exchange: main, proposals: [aes128-sha1-modp1024, 3des-sha384-ecp256], lifetime: 3600 }
    phase2: { proposals: [aes256gcm16-modp2048], lifetime: 1h }
    natt: { mode: force, keepalive: 0 }
    tunnels: [{ name: t, local: "2001:db8::/32", remote: 0.0.0.0/0, mode: transport }, { <<: *c, name: 1 }]
`;
const KEY_FILES = [
  '59cedc5dcea558fe: { psk: "a", gxy: "00ff", encryptionKey: 00 }\npsk: { env: PSK }\n',
  '59cedc5dcea558fe,00112233445566778899aabbccddeeff\n',
];
/** Tokens that mean something to YAML, to the schema, or to JavaScript. */
const TOKENS = [
  ...[
    'null',
    '~',
    'true',
    '[]',
    '{}',
    '- ',
    ': ',
    '&a ',
    '*a',
    '!!binary ',
    '|\n',
    '>-\n',
    '<<: *c',
    '---\n',
    '\t',
    '"',
    "'",
  ],
  ...[
    '__proto__: 1',
    'constructor: {}',
    'toString',
    '0x1f',
    '1e999',
    '.inf',
    '.nan',
    '-0',
    '2026-01-01',
    '9'.repeat(400),
  ],
  ...['%any', '@', '0.0.0.0/0', '::/0', '::ffff:1.2.3.4', '1.2.3.4/33', '8h', '1y', '-1s', 'aes256-sha256-modp2048'],
  ...[
    'gateway:',
    'connections:',
    'tunnels:',
    'remote:',
    'psks:',
    'secret:',
    'lifetime:',
    '\u0000',
    '\uFEFF',
    '\u{1F512}',
  ],
];

/** The configuration: text, as YAML and, where it is JSON, as an object. It says what is wrong, and that in a \`ConfigError\`. */
export class ConfigTarget implements Target {
  readonly name = 'config';

  seeds(): readonly Uint8Array[] {
    const files = ['examples/gateway.yaml', 'examples/road-warriors.yaml'].map(readInProject);
    return [...files, EVERYTHING, ...KEY_FILES].map(utf8Bytes);
  }
  run(input: Uint8Array): string[] {
    const text = utf8Text(input);
    const { config, errors, warnings } = checkConfig(text, SOURCES);
    const keyFile = parseKeyFile(text, SOURCES);
    const issues = [...errors, ...warnings, ...keyFile.errors];
    for (const issue of issues) if (issueText(issue).length > 10_000) throw new Error('an issue of many words');
    const parsed = attempt(() => parseConfig(text, SOURCES));
    if (parsed !== (config !== undefined)) throw new Error('check and parse do not agree');
    const asObject = objectOf(text);
    if (asObject !== undefined) attempt(() => parseConfig(asObject, SOURCES));
    return [`${parsed}`, ...issues.map(({ code, path }) => `${code} ${pathText(path.slice(0, 4).map(general))}`)];
  }
  mutate(input: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
    if (random.chance(0.4)) return mutateBytes(input, other, random);
    const text = utf8Text(input);
    const parts = text.split(/(?<=[\s:,{}[\]])/);
    const at = below(random, parts.length);
    const token = TOKENS[below(random, TOKENS.length)] ?? '';
    const donor = utf8Text(other).split(/(?<=[\n])/);
    const piece = random.chance(0.6) ? token : (donor[below(random, donor.length)] ?? '');
    return utf8Bytes(parts.toSpliced(at, below(random, 3), piece).join(''));
  }
}

/** Whether it is a configuration. What is thrown else than to say what is wrong is thrown on. */
function attempt(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    if (!ConfigError.is(error)) throw error;
    return false;
  }
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const WORDS: ReadonlySet<string> = new Set(EVERYTHING.match(/[a-z]\w*(?=:)/g));
/** A place in a list stands for all of them, and so does a key that nobody knows. */
const general = (part: string | number): string | number =>
  typeof part === 'number' ? 0 : WORDS.has(part) ? part : 'other';
