// Writes a migration for what changed in schema.prisma: `node scripts/run.mjs new-migration add-something`
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { openEmbedded } from '@/lib/embedded'
import { difference } from '@/lib/migrations'

const name = process.argv[2]
if (!name || !/^[a-z0-9-]+$/.test(name)) {
  console.error('Give the migration a name in lower case with hyphens: new-migration add-something')
  process.exit(1)
}
const database = await openEmbedded(null)
const sql = await difference(database)
await database.close()
if (sql) {
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = path.join('prisma', 'migrations', `${stamp}_${name.replaceAll('-', '_')}`)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'migration.sql'), sql)
  console.log(`Wrote ${folder}/migration.sql`)
} else console.log('schema.prisma and the migrations agree.')
