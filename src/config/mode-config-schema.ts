import { parseIpv4Address, parseIpv4Range, parsePool, parseResolver } from './addresses.ts';
import { textOf, type ZodModule } from './leaves.ts';

/** What Mode Config tells: under `modeConfig` of a connection. */
export function modeConfigSchema(z: ZodModule) {
  const range = textOf(z, parseIpv4Range);
  const pool = textOf(z, parsePool);
  return z.strictObject({
    mode: z
      .enum(['pull', 'push'])
      .default('pull')
      .describe('`pull`: who gets the settings asks for them; `push`: who gives them begins. The same on both sides'),
    pool: z
      .union([pool.transform((only) => [only]), z.array(pool).min(1).max(2)])
      .optional()
      .describe(
        'Addresses of which each peer gets one, as long as it is here: of IPv4, of IPv6, or a list with one of each',
      ),
    netmask: textOf(z, parseIpv4Address).optional().describe('Network mask that goes with the address of IPv4'),
    dns: z.array(textOf(z, parseResolver)).max(8).prefault([]).describe('Name servers of the network'),
    domain: z.string().min(1).max(255).optional().describe('Its domain (Cisco Unity)'),
    banner: z.string().min(1).max(1024).optional().describe('Text for the user to read (Cisco Unity)'),
    splitInclude: z
      .array(range)
      .max(32)
      .prefault([])
      .describe('Prefixes that lie behind us (Cisco Unity); none means everything'),
    localLan: z
      .array(range)
      .max(32)
      .prefault([])
      .describe('Prefixes beside the peer that it may reach round the tunnel (Cisco Unity)'),
    unity: z
      .boolean()
      .default(false)
      .describe(
        'Without `pool`: whether our tunnels carry the prefixes that the peer includes, one each, and those that it leaves to us go round them. Only for a peer that may say what goes where',
      ),
  });
}
