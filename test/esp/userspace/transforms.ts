import { nodeTransforms } from '../../../src/esp/userspace/node-transforms.ts';
import type { EspTransforms } from '../../../src/esp/userspace/transform.ts';

/** Every implementation that this machine has. */
export const TRANSFORMS: readonly EspTransforms[] = [nodeTransforms];
