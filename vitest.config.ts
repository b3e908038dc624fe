import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = fileURLToPath(new URL('.', import.meta.url))

/** What takes longest, longest first: whoever begins last should not have the others wait for it. */
const longest = [
  'chaos/chaos.integration',
  'domain/smtp/causes',
  'domain/accounts/authorisation',
  'domain/outbox/refusals-of-us',
  'domain/accounts/attempts',
  'domain/accounts/flood',
  'server/',
  'lib/folder-lock',
  'lib/silence',
  'domain/smtp/',
  'domain/outbox/',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex(name => moduleId.startsWith(root + name))
      return found < 0 ? longest.length : found
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}

/** The same files on both databases: what holds on the one must hold on the other. */
const integration = (name: 'pglite' | 'postgres') => ({
  extends: true as const,
  test: {
    name,
    include: ['{lib,domain,prisma,server,chaos,app}/**/*.integration.test.ts'],
    globalSetup: `lib/testing/${name}-setup.ts`,
    // What the shell of whoever runs the tests has set must not decide how they end.
    env: { DATABASE_URL: '', APP_URL: '', APP_KEYS: '', HOST: '', DEMO: '', LOG_LEVEL: 'silent' },
    // What starts processes takes a while on a machine that has other things to do.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Loading the application takes longer than most tests; each file brings its own database anyway.
    isolate: false,
  },
})

export default defineConfig({
  resolve: { alias: { '@': root.replace(/\/$/, '') } },
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{lib,domain,emails,components,app,server,chaos,bench,release}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts', 'node_modules/**'],
          // As above: a machine that has other things to do takes longer.
          testTimeout: 30_000,
          // More than there are cores: they wait for servers that keep silent.
          maxWorkers: 3,
          // Loading what they share again for each file takes a third of the processor's time.
          isolate: false,
        },
      },
      integration('pglite'),
      integration('postgres'),
    ],
  },
})
