import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

/** The same files on both databases: what holds on the one must hold on the other. */
const integration = (name: 'pglite' | 'postgres') => ({
  extends: true as const,
  test: {
    name,
    include: ['{lib,domain,prisma,server,chaos}/**/*.integration.test.ts'],
    globalSetup: `lib/testing/${name}-setup.ts`,
    // What the shell of whoever runs the tests has set must not decide how they end.
    env: { DATABASE_URL: '', APP_URL: '', APP_KEYS: '', HOST: '', DEMO: '', LOG_LEVEL: 'silent' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Loading the application takes longer than most tests; each file brings its own database anyway.
    isolate: false,
  },
})

export default defineConfig({
  resolve: { alias: { '@': root.replace(/\/$/, '') } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{lib,domain,emails,components,app,server,chaos,bench}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts', 'node_modules/**'],
        },
      },
      integration('pglite'),
      integration('postgres'),
    ],
  },
})
