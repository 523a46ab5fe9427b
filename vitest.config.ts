import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['__test__/**/*.test.ts'],
    typecheck: { enabled: true, include: ['__test__/**/*.test-d.ts'] },
    setupFiles: ['__test__/setup.ts'],
    // A panic that got past every guard would end the process, and must not take the other files with it.
    pool: 'forks',
    // Machines that do other things at the same time are slow, and still right.
    testTimeout: 60_000,
    // The memory tests ask for a collection of garbage themselves.
    execArgv: ['--expose-gc'],
  },
})
