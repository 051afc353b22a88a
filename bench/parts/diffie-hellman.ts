import {
  createDiffieHellmanGroup,
  createECDH,
  diffieHellman as agree,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto';
import { nativeProvider, type GroupName } from 'sallyport/core';
import { ratioOf, spreadOf, type BenchPart } from '../part.ts';
import { figure } from '../table.ts';

export type MeasuredGroup = Extract<GroupName, 'modp2048' | 'ecp256' | 'x25519'>;

/** The groups that are measured throughout. */
export const MEASURED_GROUPS: readonly MeasuredGroup[] = ['modp2048', 'ecp256', 'x25519'];

/** Private values of 32 octets: what all three take. */
const PRIVATE_BYTES = 32;

/** What a gateway cannot do without: its own key pair and the agreement, with node:crypto and nothing round it. */
export const diffieHellman: BenchPart = {
  name: 'diffie-hellman',
  async run({ quick }) {
    const rounds = quick ? 2 : 7;
    return MEASURED_GROUPS.map((group) => {
      const times = { bare: [] as number[], ours: [] as number[] };
      const [bare, ours] = [bareOperations(group), providerOperations(group)];
      for (let round = 0; round < rounds; round++) {
        times.bare.push(cpuMilliseconds(bare));
        times.ours.push(cpuMilliseconds(ours));
      }
      return {
        what: `${group}: own public value and agreement, through the provider`,
        unit: 'ms CPU',
        value: spreadOf(times.ours),
        against: `node:crypto alone, ${figure(spreadOf(times.bare).median)} ms`,
        ratio: ratioOf(times.ours, times.bare),
      };
    });
  },
};

/** The two operations of one side, with a fresh key pair every time: what a handshake is measured against. */
export function bareOperations(group: MeasuredGroup): () => void {
  switch (group) {
    case 'modp2048': {
      const peer = createDiffieHellmanGroup('modp14').generateKeys();
      return () => {
        const own = createDiffieHellmanGroup('modp14');
        own.generateKeys();
        own.computeSecret(peer);
      };
    }
    case 'ecp256': {
      const peer = createECDH('prime256v1').generateKeys();
      return () => {
        const own = createECDH('prime256v1');
        own.generateKeys();
        own.computeSecret(peer);
      };
    }
    case 'x25519': {
      const peer = generateKeyPairSync('x25519').publicKey;
      return () => {
        agree({ privateKey: generateKeyPairSync('x25519').privateKey, publicKey: peer });
      };
    }
  }
}

function providerOperations(group: MeasuredGroup): () => void {
  const own = (): Uint8Array => {
    const value = new Uint8Array(randomBytes(PRIVATE_BYTES));
    // Below the order of the curve in any case.
    value[0] = 1;
    return value;
  };
  const peer = nativeProvider.publicValue(group, own());
  return () => {
    const privateValue = own();
    nativeProvider.publicValue(group, privateValue);
    nativeProvider.agree(group, privateValue, peer);
  };
}

const OPERATIONS = 1000;
const WARM_UP = 100;

/** CPU time of this process for one call, in milliseconds. */
export function cpuMilliseconds(work: () => void, calls = OPERATIONS): number {
  for (let i = 0; i < WARM_UP; i++) work();
  const before = process.cpuUsage();
  for (let i = 0; i < calls; i++) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / calls;
}
