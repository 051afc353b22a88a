import type { Drill, Step } from './drill.ts';

/** What happens to real gateways and the network between them, in two network namespaces and one of a router. */
const LIVE: readonly string[] = [
  'cut',
  'unplug',
  'kill',
  'reboot',
  'start',
  'freeze',
  'up',
  'down',
] satisfies Step['action']['kind'][];
const LIVE_KINDS: readonly string[] = ['ike', 'esp'];

/** Why a drill needs the simulation; undefined where it can run live as well. */
export function whyNotLive({ members, script, expectations }: Drill): string | undefined {
  if (members.length !== 2) return 'it does not have two gateways';
  if (members.some(({ nat }) => nat !== undefined)) return 'it has a NAT';
  const foreign = members.filter(({ peer }) => peer !== 'sallyport').map(({ name }) => name);
  if (expectations.some((expectation) => 'on' in expectation && foreign.includes(expectation.on)))
    return 'what strongSwan does it tells nobody';
  for (const { action } of script) {
    if (!LIVE.includes(action.kind)) return `nobody does ${action.kind} to a real network`;
    const only = typeof action.of === 'object' && 'only' in action.of ? action.of.only : undefined;
    if (only !== undefined && !LIVE_KINDS.includes(only))
      return `nobody sees ${only} in a real network, where it is encrypted`;
  }
  return undefined;
}
