import { lockNamespace } from '../../linux/namespace-lock.ts';

export const ANOTHER_GATEWAY = 'another gateway in this network namespace has it';

/** One gateway at a time has the kernel's ESP of a network namespace: what it finds there of ours is then left by one that is gone. */
export const lockKernelEsp = (): (() => void) | undefined => lockNamespace('sallyport-kernel-esp');
