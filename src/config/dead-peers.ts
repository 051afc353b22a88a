import { type Duration, milliseconds } from '../base/instant.ts';
import { isPlace } from '../base/remote-address.ts';
import { type LivenessPolicy, patienceOf } from '../dpd/policy.ts';
import { policyBy, type ProfileName } from '../dpd/profiles.ts';
import type { Report } from './assemble.ts';
import type { ConnectionConfig } from './config.ts';
import type { ConfigPath } from './config-error.ts';
import { durationText } from './durations.ts';
import type { ConfigFile } from './schema.ts';

/** How a peer is watched, and by whose choices. */
export interface DpdConfig extends LivenessPolicy {
  readonly profile: ProfileName;
}

type DpdFile = ConfigFile['connections'][number]['dpd'];

/** With what its profile has where the file has nothing. */
export function dpdConfig(file: DpdFile, path: ConfigPath, report: Report): DpdConfig | false {
  if (file === false) return false;
  const { profile, ...given } = file;
  const { delay, timeout } = given;
  const config = { profile, ...policyBy(profile, given) };
  if (delay !== undefined && timeout === undefined)
    report([...path, 'dpd', 'delay'], {
      code: 'TIMEOUT_NOT_GIVEN',
      message: `delay is given and timeout is not, so a peer is dead ${durationText(deadAfter(config))} after its last sign of life`,
      hint: `write timeout as well, ${durationText(config.timeout)} if that is what you want`,
    });
  return config;
}

/** How long after its last sign of life a peer is dead that was idle. */
const deadAfter = (policy: LivenessPolicy): Duration => milliseconds(policy.delay + patienceOf(policy));

/** What cannot work. */
export function checkDpd({ dpd, remote }: ConnectionConfig, path: ConfigPath, report: Report): void {
  if (dpd === false) return;
  const { delay, retry, timeout, countsFrom, action } = dpd;
  const patience = patienceOf(dpd);
  if (patience < Math.max(retry, 1)) {
    const than = countsFrom === 'last-sign' ? 'delay and retry together' : retry === delay ? 'delay' : 'retry';
    const least = milliseconds(timeout - patience + retry);
    const dead = patience <= 0 ? 'before it is asked' : 'before it is asked twice';
    report([...path, 'dpd', 'timeout'], {
      code: 'TIMEOUT_TOO_SHORT',
      message: `timeout ${durationText(timeout)} is shorter than ${than} ${durationText(least)}: the peer would be dead ${dead}`,
      hint: 'four times the delay is usual',
    });
  }
  if (action === 'restart' && !isPlace(remote.address))
    report([...path, 'dpd', 'action'], {
      code: 'PEER_ADDRESS_UNKNOWN',
      message: 'nothing can be begun anew with a dead peer that has no address',
      hint: 'give remote.address as an address or a host name, or write action: hold',
    });
}

/** What it comes to, in words. */
export function dpdText({ dpd }: ConnectionConfig): string {
  if (dpd === false) return 'not noticed, because it is never asked; what it asks is answered';
  const { delay, retry, traffic, idleProbe, action, profile } = dpd;
  const when = `${durationText(delay)} after its last sign of life${idleProbe ? '' : ', where packets have gone to it since'}`;
  const again = `every ${durationText(retry)} from then on`;
  const as = profile === 'default' ? '' : `, as ${profile} does it`;
  return `asked ${when}, and ${again}; dead ${durationText(deadAfter(dpd))} after it${as}; ESP is a sign of life: ${TRAFFIC[traffic]}; then ${ACTIONS[action]}`;
}

const TRAFFIC = {
  always: 'always',
  'nat-only': 'behind a NAT',
  'without-nat': 'without a NAT',
  never: 'never',
} as const satisfies Record<LivenessPolicy['traffic'], string>;

const ACTIONS = {
  hold: 'its networks are guarded until traffic or the peer brings it back',
  clear: 'packets may leave in clear',
  restart: 'it is negotiated anew until it comes back',
} as const satisfies Record<LivenessPolicy['action'], string>;
