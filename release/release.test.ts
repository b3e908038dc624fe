import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { list } from 'tar'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { checksums, pack, unfold } from './archive'
import { type Contents, normalised, packageOf } from './files'
import { billOfMaterials, type Lock } from './materials'
import { tableOf } from './sizes'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-release-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe('the archive', () => {
  /** A clone with these files, made in that order, with those rights and at that time. */
  const clone = (names: string[], mode: number, at: Date): Contents => {
    const folder = newFolder()
    for (const name of names) {
      const file = path.join(folder, name)
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, `what is in ${name}`)
      chmodSync(file, mode)
      utimesSync(file, at, at)
    }
    symlinkSync('a/first', path.join(folder, 'link'))
    const contents: Contents = new Map(
      [...names, 'link'].map(name => [name, { from: path.join(folder, name) }]),
    )
    return contents.set('made', { text: 'a text' })
  }
  const names = ['a/first', 'bin/program', 'ä', 'Z']
  const make = async (contents: Contents) => {
    const folder = path.join(newFolder(), 'thing-1.0.0')
    const file = `${folder}.tar.gz`
    await pack(folder, unfold(contents, folder).keys(), new Date('2026-12-01T12:00:00Z'), file)
    return file
  }

  it('is the same whenever, by whomever and in whatever order it is made', async () => {
    const one = await make(clone(names, 0o600, new Date('2020-01-01')))
    const two = await make(clone([...names].reverse(), 0o775, new Date('2026-01-01')))
    expect(readFileSync(two)).toEqual(readFileSync(one))
  })

  it('holds all files in order of their names, of nobody, and only programs may be run', async () => {
    const entries: [string, string, string | number | undefined, string | undefined][] = []
    const file = await make(clone(names, 0o644, new Date('2020-01-01')))
    await list({
      file,
      onReadEntry: ({ path, type, uid, mode, mtime }) =>
        entries.push([path, type, uid ?? (mode ?? 0).toString(8), mtime?.toISOString()]),
    })
    const at = '2026-12-01T12:00:00.000Z'
    expect(entries).toEqual([
      ['thing-1.0.0/Z', 'File', '644', at],
      ['thing-1.0.0/a/first', 'File', '644', at],
      ['thing-1.0.0/bin/program', 'File', '755', at],
      ['thing-1.0.0/link', 'SymbolicLink', '755', at],
      ['thing-1.0.0/made', 'File', '644', at],
      ['thing-1.0.0/ä', 'File', '644', at],
    ])
  })

  it('has checksums that sha256sum understands', async () => {
    const file = await make(clone(names, 0o644, new Date()))
    writeFileSync(path.join(path.dirname(file), 'SHA256SUMS'), checksums([file]))
    const check = () =>
      execFileSync('sha256sum', ['--check', 'SHA256SUMS'], {
        cwd: path.dirname(file),
        encoding: 'utf8',
        stdio: 'pipe',
      })
    expect(check()).toBe('thing-1.0.0.tar.gz: OK\n')
    writeFileSync(file, 'another')
    expect(check).toThrow()
  })
})

it('a manifest of the build knows neither the folder it was built in nor a key', () => {
  const manifest = JSON.stringify({
    config: {
      root: '/home/anna/clone',
      at: '/home/anna/clone/app',
      near: '/home/anna/clone2',
      distDir: '.next',
    },
    preview: { previewModeId: 'ab12', previewModeSigningKey: 'cd34', other: 'ef' },
  })
  expect(JSON.parse(normalised(manifest, '/home/anna/clone/'))).toEqual({
    config: { root: '.', at: './app', near: '/home/anna/clone2', distDir: '.next' },
    preview: { previewModeId: '0000', previewModeSigningKey: '0000', other: 'ef' },
  })
})

it('a file belongs to the innermost package', () => {
  expect(packageOf('node_modules/@a/b/lib/c.js')).toBe('node_modules/@a/b')
  expect(packageOf('node_modules/a/node_modules/@b/c/d.js')).toBe('node_modules/a/node_modules/@b/c')
})

describe('the bill of materials', () => {
  const integrity = `sha512-${Buffer.from('hash').toString('base64')}`
  const lock: Lock = {
    '': { version: '1.0.0', dependencies: { '@a/b': '1.0.0' } },
    'node_modules/@a/b': {
      version: '1.0.0',
      integrity,
      license: 'MIT',
      dependencies: { c: '^1', left: '^1' },
    },
    'node_modules/@a/b/node_modules/c': { version: '1.5.0', integrity, license: '(MIT OR Apache-2.0)' },
    'node_modules/c': { version: '2.0.0', integrity },
    'node_modules/left': { version: '1.0.0', integrity },
  }
  const bill = (packages: string[]) =>
    billOfMaterials('3.0.0', new Date(0), packages, lock) as {
      metadata: { timestamp: string }
      components: { 'bom-ref': string; purl: string; licenses?: unknown; hashes: unknown }[]
      dependencies: { ref: string; dependsOn: string[] }[]
    }

  it('names what is in the release, each with its checksum, and nothing else', () => {
    const { components, metadata } = bill(['node_modules/@a/b', 'node_modules/@a/b/node_modules/c'])
    expect(components).toMatchObject([
      { purl: 'pkg:npm/%40a/b@1.0.0', licenses: [{ license: { id: 'MIT' } }] },
      { purl: 'pkg:npm/c@1.5.0', licenses: [{ expression: '(MIT OR Apache-2.0)' }] },
    ])
    expect(components[0]?.hashes).toEqual([{ alg: 'SHA-512', content: Buffer.from('hash').toString('hex') }])
    expect(metadata.timestamp).toBe('1970-01-01T00:00:00.000Z')
  })

  it('says what needs what, as Node finds it', () => {
    expect(
      bill(['node_modules/@a/b', 'node_modules/@a/b/node_modules/c', 'node_modules/c']).dependencies,
    ).toEqual([
      { ref: 'latchkey@3.0.0', dependsOn: ['@a/b@1.0.0'] },
      { ref: '@a/b@1.0.0', dependsOn: ['c@1.5.0'] },
      { ref: 'c@1.5.0', dependsOn: [] },
      { ref: 'c@2.0.0', dependsOn: [] },
    ])
  })

  it('is not made for a package of which nobody knows where it comes from', () => {
    expect(() => bill(['node_modules/stranger'])).toThrow('stranger')
  })
})

it('the table names large packages and sums up the others', () => {
  const rows = tableOf(
    new Map([
      ['node_modules/@a/large/1.js', 3e6],
      ['node_modules/@a/large/2.js', 1e6],
      ['node_modules/small/1.js', 5e4],
      ['.next/server/app/page.js', 2e6],
      ['package.json', 1e4],
    ]),
  ).split('\n')
  expect(rows.map(row => row.trim().replace(/ +/g, ' '))).toEqual([
    '4.00 MB 2 files node_modules/@a/large',
    '2.00 MB 1 files .next/server',
    '0.05 MB 1 files other packages',
    '0.01 MB 1 files files at the top',
    '6.06 MB 5 files all',
  ])
})

describe('the examples', () => {
  const examples = [
    'compose.yaml',
    'deploy/compose.https.yaml',
    'deploy/kubernetes.yaml',
    'deploy/latchkey.service',
    'Dockerfile',
  ]
  const text = (file: string) => readFileSync(file, 'utf8')

  it.each(examples)('%s sets variables that there are, and no secret in clear', file => {
    const set = [...text(file).matchAll(/\b([A-Z][A-Z_]+)(?:_FILE)?\b(?::| ?=)/g)].map(([, name = '']) =>
      name.replace(/_FILE$/, ''),
    )
    const known = [...text('README.md').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name)
    // Of PostgreSQL, of Node, and of the example itself.
    const others = ['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD', 'NODE_ENV', 'NODE', 'LATCHKEY']
    expect(set.filter(name => ![...known, ...others].includes(name))).toEqual([])
    expect(text(file)).not.toMatch(/(DATABASE_URL|APP_KEYS|PASSWORD|METRICS_TOKEN)[:=] *[^ ]/)
  })

  it.each(examples.filter(file => file.endsWith('.yaml')))('%s can be read', file => {
    expect(parseAllDocuments(text(file)).flatMap(({ errors }) => errors)).toEqual([])
  })

  it('the image of Kubernetes is of this version', () => {
    const { version } = JSON.parse(text('package.json'))
    for (const [, tag] of text('deploy/kubernetes.yaml').matchAll(/latchkey:(\d[\w.]+)/g))
      expect(tag).toBe(version)
    expect(text('CHANGELOG.md')).toContain(`## [${version}]`)
  })
})
