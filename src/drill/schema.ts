import type * as Zod from 'zod';
import { parseIpv4Address, parseIpv4Range, parseName } from '../config/addresses.ts';
import { configJsonSchema } from '../config/schema.ts';
import { durationOf, loadZod, textOf, type ZodModule } from '../config/leaves.ts';
import { milliseconds, seconds } from '../base/instant.ts';
import { expectationSchema } from './expectation-schema.ts';
import { stepSchema } from './step-schema.ts';

/** Ours: a week is longer than any lifetime that is usual. */
const LONGEST = seconds(7 * 86_400);

/** A drill: who there is, what happens to them when, and what has to come of it. */
function buildSchema(z: ZodModule) {
  return z.strictObject({
    name: textOf(z, parseName).describe('Name of the drill'),
    purpose: z.string().min(1).describe('What it shows, in a sentence'),
    duration: durationOf(z, seconds(1), LONGEST).describe('How long it lasts'),
    path: pathSchema(z).prefault({}).describe('What lies between any two gateways, each way'),
    connection: connectionPart(z)
      .prefault({})
      .describe(
        'What all gateways have in their connections, as in a configuration, beside names, addresses and tunnels',
      ),
    gateways: z
      .record(z.string(), gatewaySchema(z))
      .describe('The gateways by name. The first one initiates unless `connection.startup` says something else'),
    traffic: z.array(trafficSchema(z)).prefault([]).describe('What is sent from network to network'),
    script: z.array(stepSchema(z)).prefault([]).describe('What happens'),
    expect: z.array(expectationSchema(z)).min(1).describe('What has to come of it'),
  });
}

const connectionPart = (z: ZodModule) => z.record(z.string(), z.unknown());

function pathSchema(z: ZodModule) {
  const part = z.number().min(0).max(1);
  return z.strictObject({
    latency: durationOf(z, milliseconds(0), seconds(60)).prefault('10ms').describe('How long a packet takes'),
    jitter: durationOf(z, milliseconds(0), seconds(60)).prefault('0ms').describe('Up to so much longer, by chance'),
    loss: part.default(0).describe('Part of the packets that is lost'),
    duplication: part.default(0).describe('Part of them that comes twice'),
    reordering: part.default(0).describe('Part of them that is overtaken by later ones'),
  });
}

function gatewaySchema(z: ZodModule) {
  return z.strictObject({
    address: textOf(z, parseIpv4Address)
      .optional()
      .describe('Its own address. Default: one of 192.0.2.0/24, behind a NAT of 10.99.0.0/16'),
    network: textOf(z, parseIpv4Range)
      .optional()
      .describe('What lies behind it. Default: 10.1.0.0/24 for the first, and so on'),
    to: z.array(z.string()).optional().describe('Whom it has a connection with. Default: the first gateway'),
    count: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('So many gateways of this kind, called after it: spoke1, spoke2. What names them means all of them'),
    within: durationOf(z, milliseconds(0), seconds(3600))
      .prefault('0s')
      .describe('It begins within this time, by chance: many that begin at one moment would march in step'),
    nat: natSchema(z).optional().describe('The NAT that it is behind; absent: none'),
    peer: z
      .literal('strongswan')
      .optional()
      .describe('Whose machine it is where the drill runs live: strongSwan; absent: sallyport'),
    connection: connectionPart(z).prefault({}).describe('What this one has in its connections'),
  });
}

function natSchema(z: ZodModule) {
  return z.strictObject({
    address: textOf(z, parseIpv4Address).optional().describe('Its outer address. Default: one of 203.0.113.0/24'),
    timeout: durationOf(z, seconds(1), seconds(86_400))
      .prefault('30s')
      .describe('How long a mapping lives after the last packet from inside'),
    mapping: z
      .enum(['endpoint-independent', 'endpoint-dependent'])
      .default('endpoint-independent')
      .describe('Whether all whom it speaks with see the same port (RFC 4787 §4.1)'),
  });
}

function trafficSchema(z: ZodModule) {
  const time = durationOf(z, milliseconds(0), LONGEST);
  return z.strictObject({
    from: z.string().describe('Behind which gateway it begins'),
    to: z.string().describe('Behind which gateway it ends'),
    every: durationOf(z, milliseconds(1), LONGEST)
      .prefault('1s')
      .describe('How often a packet is sent, which wants an answer'),
    between: z.tuple([time, time]).optional().describe('From when and until when; default: all the time'),
  });
}

export type DrillSchema = ReturnType<typeof buildSchema>;
/** A drill as zod hands it on: texts read, nothing compared with anything yet. */
export type DrillFile = Zod.output<DrillSchema>;

let built: DrillSchema | undefined;
let builtJson: Readonly<Record<string, unknown>> | undefined;

export function drillSchema(): DrillSchema {
  built ??= buildSchema(loadZod());
  return built;
}

/** A JSON Schema of the file, draft 2020-12, for editors and documentation. */
export function drillJsonSchema(): Readonly<Record<string, unknown>> {
  builtJson ??= withConnections(loadZod().toJSONSchema(drillSchema(), { io: 'input' }));
  return builtJson;
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: unknown;
  readonly description?: string;
}

/** What a connection may have is the configuration's to say; what a drill makes by itself is left out. */
function withConnections(json: object): Readonly<Record<string, unknown>> {
  const all = (configJsonSchema() as Node).properties?.['connections']?.items?.properties ?? {};
  const { name: _name, tunnels: _tunnels, ...own } = all;
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(put);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) =>
      key === 'connection' && isMapping(inner)
        ? [key, { description: inner.description, type: 'object', properties: own, additionalProperties: false }]
        : [key, put(inner)],
    );
    return Object.fromEntries(entries) as unknown;
  };
  return put(json) as Readonly<Record<string, unknown>>;
}

const isMapping = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'additionalProperties' in value;
