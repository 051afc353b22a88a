import { evpTransforms } from '../../../src/esp/userspace/evp-transforms.ts';
import { nodeTransforms } from '../../../src/esp/userspace/node-transforms.ts';
import type { EspTransforms } from '../../../src/esp/userspace/transform.ts';

/** Both implementations: Linux has koffi, and every Node that is supported shows OpenSSL's functions. */
export const TRANSFORMS: readonly EspTransforms[] = [nodeTransforms, evpTransforms()];
