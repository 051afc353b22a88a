// @ts-check
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** What the package has files for: its entry points, its command and its worker. */
const PACKAGE = {
  index: 'src/index.ts',
  wire: 'src/wire.ts',
  core: 'src/core.ts',
  sim: 'src/sim.ts',
  client: 'src/client.ts',
  drill: 'src/drill.ts',
  sallyport: 'src/cli/sallyport.ts',
  'esp-worker': 'src/esp/userspace/worker.ts',
};

/**
 * What entries share, by its folders. The higher in the list, the nearer to the floor: a chunk takes with it whatever its
 * files import and no chunk above has taken.
 */
const SHARED = [
  // All that the command line wants of the gateway before it knows the command.
  { name: 'version', test: /\/src\/gateway\/version\.ts$/ },
  { name: 'base', test: /\/src\/base\// },
  { name: 'isakmp', test: /\/src\/ike\/wire\// },
  { name: 'crypto', test: /\/src\/crypto\// },
  { name: 'engine', test: /\/src\/(ike|natt|dpd)\// },
  { name: 'esp', test: /\/src\/(esp|linux)\//, minShareCount: 2 },
  { name: 'gateway', test: /\/src\/(gateway|config|status)\// },
  { name: 'drills', test: /\/src\/drill\// },
];

/**
 * Makes JavaScript of TypeScript: one file an entry, and beside them what several entries share, so that a class is the same
 * class in each of them. Everything lies in one folder: code that looks for another built file looks beside itself.
 *
 * @param {string} folder where to, from the project's root or absolute
 * @param {Readonly<Record<string, string>>} [entries] sources by the names of what is made of them
 */
export async function bundle(folder, entries = PACKAGE) {
  await build({
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    input: entries,
    platform: 'node',
    // Packages stay packages: whoever installs us has one copy of each and may look into it.
    external: /^[^./]/,
    treeshake: { moduleSideEffects: false },
    logLevel: 'warn',
    output: {
      dir: folder,
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name].js',
      codeSplitting: { groups: SHARED.map((group, i) => ({ ...group, priority: SHARED.length - i })) },
    },
  });
}
