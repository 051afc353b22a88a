import { seconds } from '../base/instant.ts';
import { parseLocalAddress, parseName, parseOwnIdentity, parseTunnelNetwork, parseUserName } from './addresses.ts';
import { dpdSchema } from './dpd-schema.ts';
import { durationOf, textOf, type ZodModule } from './leaves.ts';
import { parseMark } from './marks.ts';
import { modeConfigSchema } from './mode-config-schema.ts';
import { parsePhase1Proposal, parsePhase2Proposal } from './proposals.ts';
import { remoteSchema } from './remote-schema.ts';

const SECOND = seconds(1);
const DAY = seconds(86_400);
/** RFC 2409 App. A: a life duration may have four octets of seconds; a year is as good as for ever and far below. */
const YEAR = seconds(365 * 86_400);

/** One peer: everything under an element of `connections`. */
export function connectionSchema(z: ZodModule) {
  return z.strictObject({
    name: textOf(z, parseName).describe('Name of the connection, for commands and status'),
    startup: z
      .enum(['initiate', 'wait', 'on-demand'])
      .default('initiate')
      .describe(
        '`initiate` negotiates at once and for as long as it is configured, `wait` leaves it to the peer, `on-demand` waits for traffic',
      ),
    local: localSchema(z).prefault({}).describe('Our side'),
    remote: remoteSchema(z).describe('The peer'),
    phase1: phase1Schema(z).prefault({}).describe('The ISAKMP SA'),
    phase2: phase2Schema(z).prefault({}).describe('The IPsec SAs'),
    natt: nattSchema(z).prefault({}).describe('NAT traversal, RFC 3947'),
    fragmentation: fragmentationSchema(z)
      .prefault({})
      .describe('Messages in fragments of IKE, as Cisco, Microsoft and strongSwan send them'),
    dynDns: dynDnsSchema(z).prefault({}).describe('A peer with a host name, whose address may change'),
    dpd: dpdSchema(z).describe('Dead peer detection, RFC 3706; `false`: the peer is never asked'),
    modeConfig: modeConfigSchema(z)
      .optional()
      .describe(
        'Mode Config: with `pool` we give the peer an address and settings, without it we get ours from the peer',
      ),
    onPeerDelete: z
      .enum(['restart', 'hold'])
      .optional()
      .describe(
        'What follows where the peer deletes what is up: `restart` begins anew, with growing pauses; `hold` leaves it to the peer, to traffic and to commands, and lets nothing out meanwhile. Default: `restart` with `startup: initiate`, else `hold`',
      ),
    unique: z
      .enum(['replace', 'keep', 'never'])
      .default('replace')
      .describe(
        'The same identity comes from another address or port: it takes the place of the one that stands (`replace`), is turned away (`keep`), or stands beside it (`never`)',
      ),
    maxPeers: z
      .int()
      .min(1)
      .max(100_000)
      .default(1000)
      .describe(
        'How many peers may have a connection at a time that is for several of them: with `%any` or a range as address or identity. One more is turned away',
      ),
    keyingTries: z
      .union([z.literal('forever'), z.int().min(1).max(1000)])
      .default('forever')
      .describe(
        'After how many attempts in a row that failed no other is made, until traffic, a command or the peer begins one',
      ),
    forward: z
      .boolean()
      .default(false)
      .describe(
        'Whether what comes out of its tunnels may go on into those of connections that forward too, and back: a hub between its spokes. The system has to forward as well (`net.ipv4.ip_forward`)',
      ),
    kernel: kernelSchema(z).optional().describe('What only `esp.backend: kernel` does'),
    tunnels: z.array(tunnelSchema(z)).min(1).describe('What is carried; each has a phase 2 of its own'),
  });
}

function kernelSchema(z: ZodModule) {
  return z.strictObject({
    mark: textOf(z, parseMark)
      .optional()
      .describe(
        'Firewall mark of its packets, `VALUE` or `VALUE/MASK`: only those that bear it are the tunnel’s, going out and, in ESP, coming in',
      ),
    interface: z
      .int()
      .min(1)
      .max(0xffff_ffff)
      .optional()
      .describe('`if_id` of the XFRM interface that leads to its tunnels; the routes to it are the administrator’s'),
    offload: z
      .string()
      .min(1)
      .max(15)
      .optional()
      .describe('Network device that is to encrypt; where it cannot, the tunnel does not come up and says so'),
    copyDscp: z
      .enum(['out', 'in', 'both', 'no'])
      .optional()
      .describe(
        'Whether the outer header gets the DSCP of the inner one (`out`, the default), the inner that of the outer, or both',
      ),
    pathMtuDiscovery: z
      .boolean()
      .optional()
      .describe('Whether outer packets say Don’t Fragment where inner ones do; default true'),
  });
}

function localSchema(z: ZodModule) {
  return z.strictObject({
    address: textOf(z, parseLocalAddress)
      .optional()
      .describe(
        'An address of this machine, an interface like `ppp0` for whichever address that has, or `auto` for the one from which the way to the peer begins; with both of these the connection goes along when addresses change. Default: the address of gateway.listen where there is exactly one, else `auto`',
      ),
    id: textOf(z, parseOwnIdentity)
      .optional()
      .describe(
        'Who we say to be: address, `@name`, `user@name`, `keyid:text` or `#hexadecimal` for a key id, or a distinguished name like `C=CH, O=Example, CN=gateway`. Default: the address',
      ),
    auth: z
      .enum(['psk', 'certificate', 'xauth'])
      .default('psk')
      .describe(
        'How we prove it; both sides do it the same way (RFC 2409 §5), but for `xauth`: by nothing but `user`, to a peer with a certificate',
      ),
    sendCertificate: z
      .enum(['if-asked', 'always', 'never'])
      .default('if-asked')
      .describe('When our certificate goes along; some peers want it and do not ask'),
    user: textOf(z, parseUserName)
      .optional()
      .describe('The user that we are where the peer asks by XAUTH; its password is under credentials.users'),
  });
}

function phase1Schema(z: ZodModule) {
  return z.strictObject({
    exchange: z
      .enum(['main', 'aggressive'])
      .default('main')
      .describe(
        'The one exchange that makes the ISAKMP SA, whoever begins: `main` or `aggressive`, which shows identities, and gives whoever asks for it what a weak pre-shared key can be found with',
      ),
    proposals: z
      .array(textOf(z, parsePhase1Proposal))
      .min(1)
      .max(20)
      .prefault(['aes256-sha256-modp2048'])
      .describe('Cipher, hash and group, in order of preference; with `exchange: aggressive` all with the same group'),
    lifetime: durationOf(z, SECOND, YEAR).prefault('8h').describe('How long an ISAKMP SA may be used'),
    rekey: rekeySchema(z),
  });
}

function rekeySchema(z: ZodModule) {
  return z
    .union([
      z.literal(false),
      z.strictObject({
        margin: durationOf(z, SECOND, DAY)
          .prefault('9m')
          .describe('How long before the end of the lifetime the successor is negotiated at the latest'),
        fuzz: z
          .number()
          .min(0)
          .max(1)
          .default(1)
          .describe('How much earlier than that by chance at most, as a part of the margin'),
      }),
    ])
    .prefault({})
    .describe(
      'When the successor of an SA is negotiated: `{ margin, fuzz }`, but never in the first half of its lifetime; who answered the first time waits for half of the margin. `false` lets it expire',
    );
}

function phase2Schema(z: ZodModule) {
  const time = durationOf(z, SECOND, YEAR);
  return z.strictObject({
    proposals: z
      .array(textOf(z, parsePhase2Proposal))
      .min(1)
      .max(20)
      .prefault(['aes256-sha256-modp2048'])
      .describe(
        'Cipher and integrity, or a combined cipher, in order of preference. A group behind them means perfect forward secrecy, and is then the same in all',
      ),
    lifetime: z
      .union([
        time,
        z.strictObject({
          time: time.prefault('1h').describe('How long an IPsec SA may be used'),
          kilobytes: z
            .int()
            .min(1024)
            .max(0xffff_ffff)
            .optional()
            .describe('How much it may carry, in units of 1024 octets'),
        }),
      ])
      .prefault('1h')
      .describe('How long an IPsec SA may be used: a duration, or `{ time, kilobytes }`'),
    rekey: rekeySchema(z),
  });
}

function nattSchema(z: ZodModule) {
  return z.strictObject({
    mode: z
      .enum(['auto', 'force', 'off'])
      .default('auto')
      .describe('`auto` encapsulates ESP in UDP where a NAT is seen, `force` always, `off` never'),
    keepalive: durationOf(z, SECOND, DAY)
      .prefault('20s')
      .describe('Time without a packet of ours after which the NAT gets a keepalive (RFC 3948 §4)'),
  });
}

function fragmentationSchema(z: ZodModule) {
  return z.strictObject({
    mode: z
      .enum(['auto', 'off'])
      .default('auto')
      .describe(
        '`auto` announces that fragments are joined, and uses them where the peer does too; `off` leaves it to IP',
      ),
    size: z
      .int()
      .min(256)
      .max(65_535)
      .default(1280)
      .describe(
        'Octets of an IP packet above which a message goes in fragments. Until the identity of a peer is known, the smallest of the connections that it may be for counts',
      ),
  });
}

function dynDnsSchema(z: ZodModule) {
  return z.strictObject({
    monitor: z
      .boolean()
      .default(true)
      .describe('Whether the name is resolved while the connection stands, too, so that a change is noticed'),
    interval: durationOf(z, SECOND, DAY).prefault('300s').describe('How often'),
  });
}

function tunnelSchema(z: ZodModule) {
  return z.strictObject({
    name: textOf(z, parseName).describe('Name of the tunnel, once in its connection'),
    local: textOf(z, parseTunnelNetwork).describe(
      'Network on our side: prefix, address or range, with `[protocol/port]` behind it where it is not for all traffic; `assigned` is the address that Mode Config gives us, and `host`, in transport mode, the gateway itself',
    ),
    remote: textOf(z, parseTunnelNetwork).describe(
      "Network on the peer's side; `assigned` is the address that it has of the pool, and `host`, in transport mode, the peer itself",
    ),
    mode: z
      .enum(['tunnel', 'transport'])
      .default('tunnel')
      .describe('`transport`: only what the two gateways say to each other; write `host`, or `host[17/1701]`'),
  });
}
