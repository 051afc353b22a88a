// @ts-check
// npm run demo: two gateways, a negotiation, pings. With `--kernel` ESP is the kernel's: of this machine where it has ESP, else of Debian's in a
// virtual machine on this one's file system.
import { spawnSync } from 'node:child_process';
import { prepare, VM_PACKAGES } from './machine.mjs';
import { run } from './run.mjs';

const LIMIT = 300_000;
const DEMO = [process.execPath, 'dist/sallyport.js', 'demo', ...process.argv.slice(2)];
const IN_MACHINE = ['bash', 'test/lab/vm-run.sh', '--'];

const elsewhere = process.argv.includes('--kernel') && !kernelHasEsp();
const obstacle = elsewhere ? await prepare(VM_PACKAGES) : undefined;
if (obstacle === undefined) {
  if (elsewhere)
    console.log('This kernel has no ESP: a virtual machine with one starts, which takes a minute and is slow.');
  process.exitCode = (await run([...(elsewhere ? IN_MACHINE : []), ...DEMO], { limit: LIMIT })).status;
} else {
  console.error(`no virtual machine, and this kernel has no ESP: ${obstacle}`);
  process.exitCode = 1;
}

/** Asked in a network namespace that goes with the question. */
function kernelHasEsp() {
  const algorithm = ['aead', 'rfc4106(gcm(aes))', `0x${'01'.repeat(20)}`, '128'];
  const ends = ['src', '127.0.0.1', 'dst', '127.0.0.1', 'proto', 'esp', 'spi', '0x1000', 'mode', 'tunnel'];
  return spawnSync('unshare', ['-n', 'ip', 'xfrm', 'state', 'add', ...ends, ...algorithm]).status === 0;
}
