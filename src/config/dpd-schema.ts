import { seconds } from '../base/instant.ts';
import { PROFILE_NAMES } from '../dpd/profiles.ts';
import { durationOf, type ZodModule } from './leaves.ts';

/** Dead peer detection of one connection. What is absent comes from the profile. */
export function dpdSchema(z: ZodModule) {
  const time = durationOf(z, seconds(1), seconds(86_400));
  return z
    .union([
      z.literal(false),
      z.strictObject({
        profile: z
          .enum(PROFILE_NAMES)
          .default('default')
          .describe(
            'Whose way of asking and counting it is: ours, or that of a machine that it replaces (docs/dpd.md)',
          ),
        delay: time
          .optional()
          .describe('Time without a sign of life after which the peer is asked. Default: that of the profile, `30s`'),
        retry: time
          .optional()
          .describe(
            'How long after a question without an answer the next one goes out. Default: that of the profile, else `delay`',
          ),
        timeout: time
          .optional()
          .describe(
            'Time without any answer after which the peer is dead: from the first question on, and with `profile: charon` from its last sign of life. Default: that of the profile, `120s`',
          ),
        traffic: z
          .enum(['always', 'nat-only', 'never'])
          .optional()
          .describe(
            'When an ESP packet of the peer is a sign of life: `always`, `nat-only` behind a NAT, or `never`, so that only messages of IKE are. Default: that of the profile, `always`',
          ),
        idleProbe: z
          .boolean()
          .default(true)
          .describe(
            'Whether it is asked where no packet has gone to it since its last sign of life, too. `false` saves messages, and whoever was not asked is not dead',
          ),
        action: z
          .enum(['hold', 'trap', 'clear', 'restart'])
          .transform((action) => (action === 'trap' ? 'hold' : action))
          .prefault('hold')
          .describe(
            'What becomes of the tunnels of a dead peer: `hold` (or `trap`) guards their networks and waits for traffic or the peer, `clear` lets packets leave in clear, `restart` negotiates at once, and again with growing pauses',
          ),
      }),
    ])
    .prefault({});
}
