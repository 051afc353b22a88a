import { afterAll } from 'vitest';
import type { Cell } from './cells.ts';
import { watchClearTraffic } from './clear-traffic.ts';
import { Lab } from './lab.ts';
import { buildPair, type Pair } from './pair.ts';

/** A network, a charon and a gateway of ours, each with ESP in the kernel, and how much of their traffic has passed the router in clear. */
export interface KernelScene {
  readonly lab: Lab;
  readonly pair: Pair;
  readonly clear: () => Promise<number>;
}

/** What all such scenes are. */
export const kernelCell = (name: string): Cell => ({
  ...{ name, we: 'initiator', phase1: ['aes128-sha256-ecp256'], phase2: ['aes128gcm16'] },
  ...{ nat: 'none', charonEsp: 'kernel', ourEsp: 'kernel' },
});

/** One scene for all that a file of tests plays on it, in their order: it takes long to start in the virtual machine. */
export function sharedKernelScene(
  cell: Cell,
  ours: NonNullable<NonNullable<Parameters<typeof buildPair>[2]>['ours']>,
): (body: (scene: KernelScene) => Promise<void>) => Promise<void> {
  let scene: Promise<KernelScene> | undefined;
  afterAll(async () => (await scene)?.lab.close());
  return async (body) => {
    scene ??= build(cell, ours);
    const opened = await scene;
    await opened.lab.watch(() => body(opened));
  };
}

async function build(cell: Cell, ours: Parameters<typeof sharedKernelScene>[1]): Promise<KernelScene> {
  const lab = await Lab.open();
  const pair = await buildPair(lab, cell, { ours });
  return { lab, pair, clear: await watchClearTraffic(pair.network.router) };
}
