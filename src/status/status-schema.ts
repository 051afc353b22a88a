import type { ZodModule } from '../config/leaves.ts';

/**
 * What the control API answers about the state of a gateway, as a schema: the documents are made from it, and tests hold what a gateway says to it.
 * Where something may be missing, it is absent and not null. Spans of time are milliseconds.
 */
export function statusSchemas(z: ZodModule) {
  const parts = partSchemas(z);
  const phase1 = phase1Schema(z, parts);
  const pair = pairSchema(z, parts);
  const tunnel = tunnelSchema(z, parts, pair);
  const connection = connectionSchema(z, parts, phase1, tunnel);
  return { ...parts, phase1, pair, tunnel, connection, status: gatewaySchema(z, parts, connection) };
}
export type StatusSchemas = ReturnType<typeof statusSchemas>;

type Parts = ReturnType<typeof partSchemas>;

function partSchemas(z: ZodModule) {
  const milliseconds = z.number().describe('Milliseconds');
  const count = z.int().min(0);
  const address = z.string().describe('An IPv4 or IPv6 address, RFC 5952');
  const endpoint = z
    .strictObject({ address, port: z.int().min(0).max(65_535) })
    .describe('One end of a UDP flow')
    .meta({ id: 'Endpoint' });
  const role = z.enum(['initiator', 'responder']).describe('Which of the two this gateway is');
  const failure = z
    .strictObject({
      code: z.string().describe('From the table of errors'),
      text: z.string().describe('What happened, in a sentence'),
      advice: z.string().optional().describe('What to do about it'),
      details: z.record(z.string(), z.unknown()).describe('The values of both sides, as far as they are known'),
    })
    .describe('An error in words; never a secret')
    .meta({ id: 'Failure' });
  const phase = z.union([z.literal(1), z.literal(2)]).describe('Of IKE: 1 is the ISAKMP SA, 2 a tunnel');
  const carried = z
    .strictObject({
      packets: count,
      bytes: count.describe('Of the inner packets'),
      idle: milliseconds.optional().describe('Since the last one'),
    })
    .describe('What SAs have carried')
    .meta({ id: 'Carried' });
  return { milliseconds, count, address, endpoint, role, failure, phase, carried };
}

function phase1Schema(z: ZodModule, { milliseconds, address, endpoint, role, failure }: Parts) {
  const cookie = z.string().regex(/^[0-9a-f]{16}$/);
  const network = z.strictObject({ first: address, last: address });
  const settings = z.strictObject({
    addresses: z.array(address).describe('The own ones inside: of IPv4, of IPv6, or both'),
    netmask: address.optional(),
    dns: z.array(address),
    domain: z.string().optional(),
    banner: z.string().optional().describe('For the user to read'),
    splitInclude: z.array(network).describe('What lies behind the peer; none means everything'),
    localLan: z.array(network).describe('What lies beside us and may be reached round the tunnel'),
  });
  const nat = z.strictObject({
    localBehindNat: z.boolean(),
    remoteBehindNat: z.boolean(),
    encapsulated: z.boolean().describe('Whether ESP goes in UDP'),
    dialect: z.string().optional().describe('RFC 3947 or which draft'),
  });
  const established = z.strictObject({
    peerId: z.string().describe('The identity that the peer has proved'),
    ...{ cipher: z.string(), hash: z.string(), group: z.string() },
    sinceMilliseconds: milliseconds,
    expiresInMilliseconds: milliseconds,
    nat,
    dpd: z.boolean().describe('Whether the peer has said that it answers questions of DPD'),
    vendorIds: z.array(z.string()),
    user: z.string().optional().describe('By XAUTH: who the peer is, or who this gateway is to it'),
    assigned: z.array(address).optional().describe('By Mode Config: the addresses that one has of the other'),
    settings: settings.optional().describe('What else the peer has told by Mode Config'),
  });
  return z
    .strictObject({
      state: z.string().describe('`established`, or what its exchange waits for'),
      role,
      initiatorCookie: cookie,
      responderCookie: cookie.describe('Zero until the responder has answered'),
      ...{ local: endpoint, remote: endpoint },
      hint: failure.optional().describe('What unproved messages say about why it does not get on'),
      established: established.optional(),
    })
    .describe('An ISAKMP SA: one that stands, or an attempt at one')
    .meta({ id: 'Phase1' });
}

function pairSchema(z: ZodModule, { milliseconds, role, count }: Parts) {
  const spi = z.string().regex(/^[0-9a-f]{8}$/);
  return z
    .strictObject({
      pair: count.describe('Its number in this gateway'),
      role,
      peer: z.string().describe('Whose it is'),
      ...{ inboundSpi: spi, outboundSpi: spi },
      suite: z.string().describe('As in `phase2.proposals`'),
      pfs: z.string().optional().describe('The group of its own Diffie-Hellman'),
      mode: z.enum(['tunnel', 'transport']),
      encapsulation: z.enum(['none', 'udp']),
      sinceMilliseconds: milliseconds,
      expiresInMilliseconds: milliseconds,
    })
    .describe('Two IPsec SAs, one in each direction')
    .meta({ id: 'Pair' });
}

function tunnelSchema(z: ZodModule, { carried }: Parts, pair: ReturnType<typeof pairSchema>) {
  return z
    .strictObject({
      name: z.string(),
      state: z.enum(['down', 'negotiating', 'up']).describe('Up when its phase 2 is'),
      local: z.string().describe('The network behind this gateway'),
      remote: z.string().describe('The network behind the peer'),
      pairs: z.array(pair),
      traffic: z
        .strictObject({ inbound: carried, outbound: carried })
        .optional()
        .describe('Of the pairs that it has now; absent where it has none'),
    })
    .describe('A pair of networks that may talk to each other')
    .meta({ id: 'Tunnel' });
}

function livenessSchemas(z: ZodModule, { milliseconds, count, address }: Parts) {
  const evidence = {
    lastSign: z.strictObject({
      kind: z.enum(['phase1', 'ike', 'question', 'answer', 'esp']),
      agoMilliseconds: milliseconds,
    }),
    unanswered: count.describe('Questions since the last sign of life'),
    ...{ asked: count, answered: count },
    roundTripsMilliseconds: z.array(milliseconds).describe('Of the last answers, the newest last'),
  };
  const liveness = z
    .strictObject({
      peer: z.string(),
      state: z
        .enum(['off', 'not-spoken', 'alive', 'asked'])
        .describe(
          '`off`: nobody is asked; `not-spoken`: the peer has not said that it would answer; `asked`: it has not answered yet',
        ),
      ...evidence,
      deadInMilliseconds: milliseconds.optional().describe('When it will be dead, if nothing comes'),
    })
    .describe('Whether a peer is alive, as far as is known')
    .meta({ id: 'Liveness' });
  const route = z
    .union([z.strictObject({ from: address }), z.enum(['none', 'unknown'])])
    .describe('Whether this machine had a way to the peer: "it is dead" and "we are cut off" look alike otherwise');
  const death = z
    .strictObject({
      peer: z.string(),
      action: z.enum(['hold', 'clear', 'restart']),
      evidence: z.strictObject({ ...evidence, route }),
      agoMilliseconds: milliseconds,
    })
    .describe('The peer that was found dead last, by what, and what became of its tunnels')
    .meta({ id: 'Death' });
  return { liveness, death };
}

function connectionSchema(
  z: ZodModule,
  parts: Parts,
  phase1: ReturnType<typeof phase1Schema>,
  tunnel: ReturnType<typeof tunnelSchema>,
) {
  const { milliseconds, count, failure, phase } = parts;
  const { liveness, death } = livenessSchemas(z, parts);
  const ended = z.string().describe('Why it ended: `deleted-by-peer`, `expired`, `command` …');
  const trouble = z
    .strictObject({
      ...{ phase, tunnel: z.string().optional(), failure: failure.optional(), ended: ended.optional() },
      times: count.describe('How often the same was seen, with nothing else in between'),
      agoMilliseconds: milliseconds,
      firstAgoMilliseconds: milliseconds,
    })
    .describe('Something that went wrong')
    .meta({ id: 'Trouble' });
  return z
    .strictObject({
      name: z.string(),
      wanted: z.boolean().describe('Whether attempts go on until it is up'),
      takenDown: z.boolean().describe('Taken down by a command: the peer is not let in either'),
      state: z.enum(['down', 'negotiating', 'partly-up', 'up']).describe('Up when every tunnel is'),
      phase1: z.array(phase1),
      tunnels: z.array(tunnel),
      peers: z
        .strictObject({ count, most: count })
        .optional()
        .describe('Of a connection for several peers: how many it has, and may have'),
      nextAttemptInMilliseconds: milliseconds.optional(),
      liveness: z.array(liveness),
      lastDeath: death.optional(),
      lastFailure: z
        .strictObject({ phase, failure, agoMilliseconds: milliseconds })
        .optional()
        .describe('Why the last attempt failed; gone once everything is up'),
      lastEnd: z
        .strictObject({ phase, tunnel: z.string().optional(), reason: ended, agoMilliseconds: milliseconds })
        .optional()
        .describe('What ended last'),
      history: z.array(trouble).describe('What went wrong, the newest first; it outlasts what mends it'),
    })
    .describe('A peer of the configuration')
    .meta({ id: 'Connection' });
}

function gatewaySchema(z: ZodModule, { count }: Parts, connection: ReturnType<typeof connectionSchema>) {
  return z
    .strictObject({
      schema: z.literal(1).describe('Changes when a field changes its meaning or goes'),
      gateway: z.strictObject({ name: z.string(), version: z.string(), upMilliseconds: z.number() }),
      esp: z.strictObject({
        backend: z.string().describe('`kernel` or `userspace`'),
        drops: z.record(z.string(), count).describe('Packets that were dropped, by the reason'),
      }),
      halfOpen: count.describe('Peers that have begun and not proved themselves'),
      halfOpenByStanding: z.record(z.string(), count),
      drops: z.record(z.string(), count).describe('Datagrams of IKE that were not acted on, by the reason'),
      connections: z.array(connection),
    })
    .describe('Everything that a gateway says about itself')
    .meta({ id: 'Status' });
}
