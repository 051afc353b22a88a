import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** First what needs a kernel that has not loaded its IPsec modules yet; once used, they stay. */
class FreshKernelFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isFirst = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith('/choice.test.ts');
    return [...sorted.filter(isFirst), ...sorted.filter((file) => !isFirst(file))];
  }
}

/** What needs a kernel with ESP. Runs inside the virtual machine of scripts/vm.sh, whose arithmetic is many times slower. */
export default defineConfig({
  test: {
    include: ['test/kernel/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    sequence: { sequencer: FreshKernelFirst },
    env: { SALLYPORT_LAB_LIMIT: '200000' },
    testTimeout: 400_000,
    hookTimeout: 400_000,
    teardownTimeout: 20_000,
  },
});
