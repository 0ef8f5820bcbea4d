import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** Suites run one group after another, so that a heavy one never makes another's waits too long. */
const suites = [
  { name: 'pure', group: 0, seconds: 30 },
  { name: 'runtime', group: 1, seconds: 120 },
  { name: 'server', group: 2, seconds: 60 },
  { name: 'device', group: 3, seconds: 300 },
  { name: 'parity', group: 4, seconds: 600 },
  { name: 'browser', group: 5, seconds: 240 },
];

export default defineConfig({
  plugins: [vue()],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: suites.map(({ name, group, seconds }) => ({
      extends: true,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: seconds * 1000,
        hookTimeout: seconds * 1000,
        sequence: { groupOrder: group },
        fileParallelism: name !== 'browser' && name !== 'parity' && name !== 'device',
      },
    })),
    globalSetup: ['test/helpers/build.ts'],
  },
});
