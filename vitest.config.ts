import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'scripts/**/*.test.ts', 'lessons/**/*.test.ts'],
    environment: 'node',
    pool: 'threads',
    testTimeout: 30_000,
    reporters:
      process.env.HOPSCOPE_TEST_REPORT === undefined
        ? ['default']
        : ['default', ['json', { outputFile: process.env.HOPSCOPE_TEST_REPORT }]],
  },
});
