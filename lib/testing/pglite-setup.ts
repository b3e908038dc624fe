// Before the tests of the project `pglite`: a migrated embedded database as one file, for each test file to load.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { TestProject } from 'vitest/node'
import { overPglite } from '@/lib/embedded'
import { makeTemplate } from './template'

export default async function setUp(project: TestProject) {
  const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-pglite-'))
  const pglite = await PGlite.create('memory://')
  const database = overPglite(pglite)
  await makeTemplate(database)
  const file = path.join(folder, 'template.tar')
  writeFileSync(file, Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()))
  await database.close()
  project.provide('testDatabase', { kind: 'pglite', template: file })
  return () => rmSync(folder, { recursive: true, force: true })
}
