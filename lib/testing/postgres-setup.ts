// Before the tests of the project `postgres`: one server, with a migrated database for each test file to copy.
import type { TestProject } from 'vitest/node'
import { openPostgres } from '@/lib/db'
import { startPostgres } from './postgres'
import { makeTemplate } from './template'

const templateName = 'latchkey_template'

export default async function setUp(project: TestProject) {
  const postgres = await startPostgres()
  const database = openPostgres(await postgres.create(templateName))
  await makeTemplate(database)
  await database.close()
  project.provide('testDatabase', {
    kind: 'postgres',
    server: postgres.url('postgres'),
    template: templateName,
  })
  return () => postgres.stop()
}
