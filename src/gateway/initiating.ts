import type { GatewayConfig } from '../config/config.ts';
import type { IkeEndpoint } from '../ike/endpoint.ts';
import type { Driver } from './driver.ts';

/** Brings up what says so, and leaves to the peer what said so before and does no longer. */
export function initiateAsConfigured(
  { endpoint, driver }: { readonly endpoint: IkeEndpoint; readonly driver: Driver },
  config: GatewayConfig,
  before?: GatewayConfig,
): void {
  const initiates = namesToInitiate(config);
  const initiated = namesToInitiate(before);
  for (const [name, { attempts }] of endpoint.connections) {
    if (attempts.takenDown) continue;
    if (initiates.has(name)) {
      if (!attempts.wanted) driver.command({ type: 'initiate', connection: name });
    } else if (initiated.has(name)) driver.command({ type: 'allow', connection: name });
  }
}

/** The connections that say `startup: initiate`. */
const namesToInitiate = (config: GatewayConfig | undefined): ReadonlySet<string> =>
  new Set(config?.connections.filter(({ startup }) => startup === 'initiate').map(({ name }) => name));
