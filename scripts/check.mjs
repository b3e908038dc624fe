// `npm run check`: format, lint, types, import rules, unused code. No network, under a minute.
import { spawn } from 'node:child_process'
import { prepare, root } from './prepare.mjs'

process.chdir(root)
await prepare({ developing: true })

/** A command of an installed package, run by this very Node. */
const bin = (file, ...args) => [process.execPath, [`node_modules/${file}`, ...args]]

const checks = {
  'format and lint': bin('@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
  types: bin('typescript/bin/tsc', '--noEmit'),
  'import rules': bin(
    'dependency-cruiser/bin/dependency-cruise.mjs',
    'app',
    'components',
    'domain',
    'emails',
    'lib',
    'prisma',
    'scripts',
    'server',
    'bench',
    'chaos',
    'proof',
  ),
  'unused code': bin('knip/bin/knip.js'),
}

const results = await Promise.all(
  Object.entries(checks).map(
    ([name, [command, args]]) =>
      new Promise(resolve => {
        const child = spawn(command, args, { cwd: root })
        let output = ''
        child.stdout.on('data', chunk => (output += chunk))
        child.stderr.on('data', chunk => (output += chunk))
        child.on('close', status => {
          console.log(`${status === 0 ? 'passed' : 'FAILED'}  ${name}`)
          resolve({ name, status, output })
        })
      }),
  ),
)
for (const { name, status, output } of results) if (status !== 0) console.error(`\n${name}\n${output}`)
process.exit(results.some(({ status }) => status !== 0) ? 1 : 0)
