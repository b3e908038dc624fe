// What a release holds: what is traced from that which is started, and nothing by guess.
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { nodeFileTrace } from '@vercel/nft'
import { bundled, root } from '../scripts/prepare.mjs'
import type { Lock } from './materials'

/** The files of a release by their paths in there: each is one of the clone's, or a text that is made for it. */
export type Contents = Map<string, { from: string } | { text: string }>

/** What is started, and the file that it is bundled into. */
const commands = { serve: 'server/serve', worker: 'scripts/worker', admin: 'scripts/admin' }

/** Programs and modules that are started or loaded by their path, which no tracer sees. */
const byPath = [
  'domain/alarms/sandbox-thread.mjs',
  'scripts/create-embedded.mjs',
  'node_modules/react-dom/server.js',
]

/** What those read who install it. */
const papers = ['LICENSE', 'CHANGELOG.md', 'docs/installation.md', 'docs/operation.md']

/** Read while it runs, by its path. */
const data = ['generated/mails.json']

/**
 * What is only for making and changing programs, never for running them. A tracer that meets it does not follow it
 * further, which leaves out most of what Next's own server could load but never does in production.
 */
const leftOut = [
  '**/*.map',
  '**/*.d.ts',
  '**/*.development.js',
  '**/*.dev.js',
  '**/next/dist/docs/**',
  '**/next/dist/build/swc/**',
  '**/next/dist/compiled/@{modelcontextprotocol,mswjs}/**',
  '**/next/dist/compiled/{babel,babel-packages,jest-worker,next-devtools,webpack}/**',
  '**/next/dist/compiled/{cssnano-simple,postcss-preset-env,schema-utils3,tar,ora}/**',
  // No picture goes through Next, see next.config.js.
  '**/node_modules/{sharp,@img}/**',
]

/** Compilers, tests and what shows mails: where one of these is traced, something has gone wrong. */
const never =
  /node_modules\/(typescript|esbuild|tsx|prisma|vitest|playwright|lightningcss|sharp|@(next\/swc|swc\/core|react-email\/ui)|@(esbuild|tailwindcss|img|playwright|biomejs|vercel)\/)/

/** Of the build only what Next's server reads: neither its caches nor its notes. */
const buildParts = [
  'BUILD_ID',
  'package.json',
  'app-path-routes-manifest.json',
  'build-manifest.json',
  'fallback-build-manifest.json',
  'images-manifest.json',
  'prerender-manifest.json',
  'required-server-files.json',
  'routes-manifest.json',
  'node_modules',
  'server',
  'static',
]

/**
 * Collects it from a clone whose build and mails are up to date.
 * @returns the files, and the packages that they come from, as the lock file calls them
 */
export async function contentsOf(
  version: string,
  lock: Lock,
): Promise<{ files: Contents; packages: string[] }> {
  const files: Contents = new Map()
  for (const [name, entry] of Object.entries(commands))
    writeFileSync(inRoot(`generated/${name}.mjs`), await bundled(entry))
  const bundles = Object.keys(commands).map(name => `generated/${name}.mjs`)
  const build = buildParts
    .flatMap(name => filesIn(`.next/${name}`))
    .filter(file => !/\.(map|nft\.json)$/.test(file))
  const own = ['prisma/migrations', 'deploy'].flatMap(filesIn)
  const traced = await fromPackages([...bundles, ...byPath])
  for (const file of [...bundles, ...byPath, ...data, ...papers, ...own, ...build, ...traced])
    files.set(file, { from: inRoot(file) })
  files.set('latchkey.mjs', { from: inRoot('release/latchkey.mjs') })
  files.set('bin/latchkey', { from: inRoot('release/latchkey.sh') })
  files.set('package.json', { text: packageFile(version) })
  for (const file of ['required-server-files.json', 'prerender-manifest.json', 'server/preview-props.json'])
    files.set(`.next/${file}`, { text: normalised(readFileSync(inRoot(`.next/${file}`), 'utf8'), root) })
  const stray = traced.find(file => never.test(file))
  if (stray) throw new Error(`${stray} would be in the release: what needs it while it runs?`)
  const packages = [
    ...traced.map(packageOf),
    ...bundledPackages(lock),
    'node_modules/@fontsource-variable/inter',
  ]
  return { files, packages: [...new Set(packages)].sort() }
}

const inRoot = (file: string) => path.join(root, file)

/** Files below node_modules: those of the pages as Next has traced them, and those of all else as we do. */
async function fromPackages(entries: string[]): Promise<string[]> {
  const { fileList } = await nodeFileTrace(entries.map(inRoot), {
    base: root,
    processCwd: root,
    ignore: leftOut,
    // What a condition of newer versions of Node leads to as well: one release is for all of them.
    moduleSyncCatchall: true,
  })
  const ofPages = filesIn('.next/server')
    .filter(file => file.endsWith('.nft.json'))
    .flatMap(list => {
      const { files } = JSON.parse(readFileSync(inRoot(list), 'utf8')) as { files: string[] }
      return files.map(file => path.join(path.dirname(list), file))
    })
  return [...new Set([...fileList, ...ofPages])].filter(
    file => file.startsWith('node_modules/') && lstatSync(inRoot(file)).isFile() && isRun(file),
  )
}

/** What a page's trace names although nothing reads it while it runs. */
const isRun = (file: string) => !/\.(map|md|d\.[cm]?ts|txt|html)$/i.test(file)

/** The package that a file belongs to, by its key in the lock file: what stands before the last folder of packages. */
export const packageOf = (file: string): string =>
  /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? ''

/** Packages whose code is in the chunks of the build, as its source maps name them. */
function bundledPackages(lock: Lock): string[] {
  const sources = filesIn('.next/server')
    .filter(file => file.endsWith('.js.map'))
    .flatMap(file => sourcesOf(JSON.parse(readFileSync(inRoot(file), 'utf8'))))
    .flatMap(source => /node_modules\/.*/.exec(decodeURIComponent(source))?.[0] ?? [])
  const named = sources.map(packageOf)
  // A package may name its own sources beside itself, `../index.ts`: of those the scope is all that is left.
  const scopes = new Set(
    named.filter(key => !(key in lock)).flatMap(key => /^node_modules\/@[^/]+\//.exec(key)?.[0] ?? []),
  )
  const ofScopes = Object.keys(lock).filter(
    key => !lock[key]?.dev && scopes.has(/^node_modules\/@[^/]+\//.exec(key)?.[0] ?? ''),
  )
  return [...named.filter(key => key in lock), ...ofScopes]
}

type SourceMap = { sources?: string[]; sections?: { map: SourceMap }[] }
const sourcesOf = ({ sources = [], sections = [] }: SourceMap): string[] => [
  ...sources,
  ...sections.flatMap(({ map }) => sourcesOf(map)),
]

/** Nothing to install, and the same commands as in a clone. */
function packageFile(version: string): string {
  const { name, license, type, description, engines } = JSON.parse(
    readFileSync(inRoot('package.json'), 'utf8'),
  )
  const scripts = {
    start: 'node --max-semi-space-size=4 latchkey.mjs start',
    worker: 'node latchkey.mjs worker',
    admin: 'node latchkey.mjs admin',
  }
  return `${JSON.stringify({ name, version, private: true, license, type, description, engines, scripts }, null, 2)}\n`
}

/**
 * Takes out of a manifest of Next's what is another with each build of the same source: the folder it was built in,
 * and the keys for previews, which we do not have (see `dropPreview` in server/next-headers.ts).
 */
export function normalised(manifest: string, folder: string): string {
  const place = folder.replace(/\/$/, '')
  return JSON.stringify(
    JSON.parse(manifest, (key, value) => {
      if (/^previewMode(Id|SigningKey|EncryptionKey)$/.test(key)) return '0'.repeat(String(value).length)
      return typeof value === 'string' && (value === place || value.startsWith(`${place}/`))
        ? `.${value.slice(place.length)}`
        : value
    }),
  )
}

/** All files below a folder of the clone, or the one file. */
function filesIn(name: string): string[] {
  const stat = lstatSync(inRoot(name))
  if (!stat.isDirectory()) return [name]
  return readdirSync(inRoot(name)).flatMap(entry => filesIn(`${name}/${entry}`))
}
