// @ts-check
// npm run lab: makes this machine ready for the suites interop and kernel, which do the same by themselves.
import { prepare, VM_PACKAGES } from './machine.mjs';

const obstacle = await prepare(VM_PACKAGES);
if (obstacle !== undefined) {
  console.error(obstacle);
  process.exitCode = 1;
}
