import { identityText } from '../base/identity.ts';
import { selectorText } from '../base/selector.ts';
import { phase1SuiteText, phase2SuiteText } from '../crypto/suites.ts';
import type { Connection } from './connection.ts';
import type { IsakmpSa } from './isakmp-sa.ts';
import { NOTIFY } from './wire/numbers.ts';

/** What we had said that a peer refuses by a Notification, which holds nothing of its own side (RFC 2408 §3.14.1). */
export function whatWeSaid(
  connection: Connection | undefined,
  sa: IsakmpSa,
  notifyType: number,
): { readonly ours?: string } {
  if (connection === undefined) return {};
  const { policy } = connection;
  if (sa.established === undefined) {
    if (notifyType === NOTIFY.NO_PROPOSAL_CHOSEN) return { ours: policy.suites.map(phase1SuiteText).join(', ') };
    return notifyType === NOTIFY.AUTHENTICATION_FAILED ? { ours: identityText(policy.local.id) } : {};
  }
  const [only, ...others] = [...connection.negotiations.values()].filter(({ role }) => role === 'initiator');
  const tunnel = policy.tunnels.find(({ name }) => name === only?.tunnel);
  if (tunnel === undefined || others.length > 0) return {};
  if (notifyType === NOTIFY.NO_PROPOSAL_CHOSEN) return { ours: tunnel.suites.map(phase2SuiteText).join(', ') };
  if (notifyType !== NOTIFY.INVALID_ID_INFORMATION) return {};
  return { ours: `local ${selectorText(tunnel.local)}, remote ${selectorText(tunnel.remote)}` };
}
