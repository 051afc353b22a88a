import type * as Zod from 'zod';
import { parseKeyOwner, parseListenAddress, parseName, parseUserName } from './addresses.ts';
import { connectionSchema } from './connection-schema.ts';
import { loadZod, parseMode, secretSource, textOf, type ZodModule } from './leaves.ts';

/**
 * The configuration file: types, defaults, messages, JSON Schema and the reference in docs/ all come from here.
 *
 * A default that is written as text goes through the same reading as the user's own (`prefault`).
 */
function buildSchema(z: ZodModule) {
  return z.strictObject({
    gateway: gatewaySchema(z).prefault({}).describe('This gateway'),
    control: controlSchema(z).prefault({}).describe('How the command line reaches a running gateway'),
    esp: espSchema(z).prefault({}).describe('Who encrypts the packets, and how'),
    credentials: credentialsSchema(z).prefault({}).describe('What proves who is who'),
    connections: z
      .array(connectionSchema(z))
      .prefault([])
      .describe(
        'The peers; each has one phase 1 and its tunnels. Who comes gets the connection whose key or certificate it has proved and whose identity it is: one that names it before one with `*` or a range, and that before `%any`; of those that are alike in that the one that names its address, then the narrowest range, then `%any`, then the first in the file',
      ),
  });
}

function gatewaySchema(z: ZodModule) {
  return z.strictObject({
    name: textOf(z, parseName).prefault('sallyport').describe('Name of this gateway in status and logs'),
    listen: z
      .array(textOf(z, parseListenAddress))
      .prefault([])
      .describe('Local addresses to listen on; none means every local address'),
    ports: z
      .strictObject({
        ike: z.int().min(0).max(65_535).default(500).describe('UDP port for IKE; 0 lets the system choose'),
        natt: z
          .int()
          .min(0)
          .max(65_535)
          .default(4500)
          .describe('UDP port for IKE and ESP after NAT; 0 lets the system choose'),
      })
      .prefault({})
      .describe('UDP ports'),
    crypto: z
      .enum(['native', 'portable'])
      .default('native')
      .describe(
        'Whose cryptography IKE uses: `native` is OpenSSL, `portable` is JavaScript alone, which is slower and does not hide keys from who can measure its time',
      ),
    diffieHellman: z
      .enum(['auto', 'inline', 'parallel'])
      .default('auto')
      .describe(
        'Where the large MODP groups are computed: `inline` where everything else is, which costs least; `parallel` on other threads, where several at a time keep nobody waiting; `auto` is parallel where there is more than one processor',
      ),
    limits: limitsSchema(z).prefault({}).describe('Limits'),
  });
}

function limitsSchema(z: ZodModule) {
  return z.strictObject({
    tunnels: z
      .int()
      .min(1)
      .max(100_000)
      .default(10)
      .describe('Configured tunnels over all connections; one more is an error'),
    halfOpen: z
      .int()
      .min(4)
      .max(1_000_000)
      .default(2048)
      .describe(
        'Attempts of peers that have not proved themselves yet, each of about 6 KB: a quarter each for known addresses (those of connections, and those from which a peer has proved itself) and for others, and of both for those that have and have not shown that they receive',
      ),
    halfOpenPerSource: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(16)
      .describe(
        'How many of them one address may hold before it has to give way to others; peers behind one NAT share it',
      ),
    keyExchanges: z
      .int()
      .min(1)
      .max(100_000)
      .default(128)
      .describe(
        'Diffie-Hellmans under way at a time for peers that have not proved themselves: for known addresses, and for others',
      ),
  });
}

function controlSchema(z: ZodModule) {
  return z.strictObject({
    socket: z
      .string()
      .min(1)
      .max(107)
      .default('/run/sallyport.sock')
      .describe('Unix socket of the control API; at most 107 characters, because the kernel cuts longer paths'),
    mode: textOf(z, parseMode)
      .prefault('0600')
      .describe('File mode of the socket, in quotes: who may write to it controls the gateway'),
  });
}

function espSchema(z: ZodModule) {
  return z.strictObject({
    backend: z
      .enum(['auto', 'kernel', 'userspace'])
      .default('auto')
      .describe(
        'Where ESP is done: `kernel` is XFRM, `userspace` this process with a TUN device; `auto` is `kernel` where that has ESP with all that is configured, else `userspace`',
      ),
    device: z
      .enum(['auto', 'tun', 'memory'])
      .default('auto')
      .describe(
        'Where inner packets come from and go to: `tun` is a network device, `memory` is for programs that embed the gateway',
      ),
    mtu: z
      .int()
      .min(576)
      .max(65_535)
      .default(1400)
      .describe('MTU of the TUN device in octets; 1400 leaves room for ESP, UDP and PPPoE in 1500'),
    replayWindow: z
      .int()
      .min(0)
      .max(4096)
      .multipleOf(32)
      .default(128)
      .describe(
        'Packets that may arrive late; 0 switches the check off. The default is twice that of RFC 4303 §3.4.3, because senders hand over batches of 64 and two of those may change places',
      ),
  });
}

function credentialsSchema(z: ZodModule) {
  return z.strictObject({
    psks: z.array(pskSchema(z)).prefault([]).describe('Pre-shared keys'),
    users: z.array(userSchema(z)).prefault([]).describe('Users of XAUTH: those that may come, and those that we are'),
    certificates: z
      .array(certificateSchema(z))
      .prefault([])
      .describe(
        'Our own certificates with their keys. All files are read when the configuration is: at the start, and at each reload',
      ),
    authorities: files(z).describe('Certificates of the authorities that peers may come from, PEM or DER'),
    intermediates: files(z).describe('Certificates that may stand between an authority and a peer, or above our own'),
    crls: files(z).describe('Revocation lists of the authorities, PEM or DER'),
    revocation: z
      .enum(['off', 'soft', 'hard'])
      .default('soft')
      .describe(
        '`hard` wants a current list of every issuer, `soft` lets pass what no list speaks about, `off` looks at none',
      ),
    allow: z
      .array(z.enum(['sha1', 'rsa1024']))
      .prefault([])
      .describe(
        'What is weak in certificates and accepted all the same: signatures over SHA-1, RSA keys below 2048 bits',
      ),
  });
}

const files = (z: ZodModule) => z.array(z.string().min(1)).prefault([]);

function certificateSchema(z: ZodModule) {
  return z.strictObject({
    pkcs12: z.string().min(1).optional().describe('PKCS #12 file with the certificate, its key and those above it'),
    cert: z.string().min(1).optional().describe('PEM or DER file with the certificate; needs `key`'),
    key: z.string().min(1).optional().describe('File with its private key: PKCS #8, RSA or EC as PEM'),
    passphrase: secretSource(z)
      .optional()
      .describe('What the key is encrypted with: `{ env: NAME }`, `{ file: PATH }`, or text'),
  });
}

function userSchema(z: ZodModule) {
  return z.strictObject({
    name: textOf(z, parseUserName).describe('Name of the user'),
    secret: secretSource(z).describe('Its password: `{ env: NAME }`, `{ file: PATH }`, or text'),
  });
}

function pskSchema(z: ZodModule) {
  return z.strictObject({
    peers: z
      .array(textOf(z, parseKeyOwner))
      .min(1)
      .describe(
        'Whose key it is: identities, addresses or ranges of addresses, `%any` for anybody. One entry names the remote side; with more, both sides must be among them',
      ),
    secret: secretSource(z).describe('The key: `{ env: NAME }`, `{ file: PATH }`, or text'),
  });
}

export type ConfigSchema = ReturnType<typeof buildSchema>;
/** The file as zod hands it on: defaults filled in, texts read; secrets not resolved, nothing compared with anything yet. */
export type ConfigFile = Zod.output<ConfigSchema>;

let built: ConfigSchema | undefined;
let builtJson: Readonly<Record<string, unknown>> | undefined;

/** The schema, built when it is first needed. */
export function configSchema(): ConfigSchema {
  built ??= buildSchema(loadZod());
  return built;
}

/** A JSON Schema of the file, draft 2020-12, for editors and documentation. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  builtJson ??= loadZod().toJSONSchema(configSchema(), { io: 'input' }) as Readonly<Record<string, unknown>>;
  return builtJson;
}
