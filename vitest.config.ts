import { defineConfig } from 'vitest/config'

/** Unit and integration tests. The window is tested by Playwright (playwright.config.ts). */
export default defineConfig({
  test: {
    include: ['tests/unit/**/*.test.ts', 'tests/integration/**/*.test.ts'],
    environment: 'node',
    // Native addons (ONNX Runtime, SQLite) are not safe in worker threads that come and go.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    passWithNoTests: false,
    sequence: { shuffle: false },
  },
})
