import { Namespace, connect } from '../../test/lab/namespaces.ts';
import { GATEWAY, LOAD, PEERS } from './plan.ts';

/** A gateway's network and its peers', connected by one cable. */
export interface Site {
  readonly gateway: Namespace;
  readonly load: Namespace;
  remove(): Promise<void>;
}

export async function buildSite(): Promise<Site> {
  const gateway = await Namespace.create('gateway');
  const load = await Namespace.create('load');
  await connect(gateway, 'wan', load, 'wan');
  await gateway.ip([
    `addr add ${GATEWAY}/24 dev wan`,
    'addr add 192.168.0.1/24 dev lo',
    'link set wan up',
    `route add ${PEERS} via ${LOAD}`,
  ]);
  await load.ip([`addr add ${LOAD}/24 dev wan`, 'link set wan up', `route add local ${PEERS} dev lo`]);
  return {
    gateway,
    load,
    async remove() {
      await gateway.remove();
      await load.remove();
    },
  };
}
