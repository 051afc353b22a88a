import { parseIpv4Address } from '../config/addresses.ts';
import { durationOf, textOf, type ZodModule } from '../config/leaves.ts';
import { milliseconds, seconds } from '../base/instant.ts';

/** What a fault can be about. What is inside of a message of IKE only a simulated network can know. */
export const PACKET_KINDS = ['ike', 'esp', 'keepalive', 'r-u-there', 'r-u-there-again', 'ack', 'delete'] as const;
export type PacketKind = (typeof PACKET_KINDS)[number];

const LONGEST = seconds(7 * 86_400);

/** Something that happens at a moment: exactly one of its keys beside `at` and `for`. */
export function stepSchema(z: ZodModule) {
  const time = durationOf(z, milliseconds(0), LONGEST);
  const gateway = (text: string) => z.string().optional().describe(text);
  return z.strictObject({
    at: time.describe('When, from the beginning of the drill'),
    for: durationOf(z, milliseconds(1), LONGEST)
      .optional()
      .describe('How long it is so. Default: until the end; with `reboot` 10s'),
    ...faults(z),
    unplug: gateway('A gateway loses its link: nothing goes out or comes in, and it has no route'),
    kill: gateway('A gateway loses power, and everything that it held; with `for` it comes back'),
    reboot: gateway('As `kill`, and it comes back'),
    start: gateway('One that was killed comes back, with nothing but its configuration'),
    freeze: gateway('A gateway is stopped as by SIGSTOP; what comes in waits, a little of it'),
    replace: gateway('In place of a gateway stands another that has other keys'),
    rebootNat: gateway('The NAT before a gateway loses all mappings'),
    moveNat: z
      .strictObject({
        gateway: z.string().describe('Behind which gateway'),
        address: textOf(z, parseIpv4Address).describe('Its outer address from now on'),
      })
      .optional()
      .describe('The NAT before a gateway comes back with another address'),
    clockJump: z
      .strictObject({
        gateway: z.string().describe('Whose'),
        by: durationOf(z, milliseconds(1), LONGEST).describe('How far'),
      })
      .optional()
      .describe("A gateway's clock jumps forward, as after a sleep that nobody told of"),
    rekey: z
      .strictObject({
        gateway: z.string().describe('Who begins'),
        phase: z.union([z.literal(1), z.literal(2)]).describe('What is negotiated anew'),
      })
      .optional()
      .describe('A gateway negotiates the successors of its SAs now'),
    up: gateway('A gateway is told to bring its connections up'),
    down: gateway('A gateway is told to take its connections down'),
  });
}

/** What the network does to the packets from one gateway to another. */
function faults(z: ZodModule) {
  const part = z.number().min(0).max(1).describe('What part of them, by chance');
  const by = durationOf(z, milliseconds(1), seconds(600)).describe('How much longer they take');
  const which = {
    from: z.string().describe('Which gateway sends them; `any`: each'),
    to: z.string().describe('Which gateway they are for; `any`: each'),
    only: z.enum(PACKET_KINDS).optional().describe('Which of them. Default: all'),
  };
  return {
    cut: z.strictObject(which).optional().describe('None of them arrives'),
    lose: z
      .strictObject({ ...which, part })
      .optional()
      .describe('Some are lost'),
    delay: z
      .strictObject({ ...which, by })
      .optional()
      .describe('They take longer'),
    duplicate: z
      .strictObject({ ...which, part })
      .optional()
      .describe('Some come twice'),
    reorder: z
      .strictObject({ ...which, part, by })
      .optional()
      .describe('Some are overtaken by those behind them'),
    replay: z
      .strictObject({ ...which, every: durationOf(z, milliseconds(1), LONGEST).describe('How often') })
      .optional()
      .describe('Somebody sends the last of them that there was until then again and again'),
  };
}

type StepShape = ReturnType<typeof stepSchema>['shape'];
export type ActionName = Exclude<keyof StepShape, 'at' | 'for'>;
export type FaultName = keyof ReturnType<typeof faults>;

export const FAULT_NAMES = [
  'cut',
  'lose',
  'delay',
  'duplicate',
  'reorder',
  'replay',
] as const satisfies readonly FaultName[];
export const ACTION_NAMES = [
  ...FAULT_NAMES,
  ...([
    'unplug',
    'kill',
    'reboot',
    'start',
    'freeze',
    'replace',
    'rebootNat',
    'moveNat',
    'clockJump',
    'rekey',
  ] as const),
  ...(['up', 'down'] as const),
] as const satisfies readonly ActionName[];
