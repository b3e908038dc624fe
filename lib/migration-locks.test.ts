// Migrations meet tables with a million rows, and nodes of the version before.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findingsIn, firstRelease, growing } from './testing/migration-locks'

const folder = path.join('prisma', 'migrations')
const sqlOf = (name: string) => readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')
const names = readdirSync(folder).filter(name => /^\d{14}_/.test(name))

/** Later ones that may nevertheless, each with the reason why that is no harm. */
const accepted: Record<string, string> = {}

test('no migration since the first release locks a table that grows, or trips older nodes', () => {
  const found = names
    .filter(name => name > firstRelease && !accepted[name])
    .flatMap(name => findingsIn(sqlOf(name)).map(finding => ({ migration: name, ...finding })))
  expect(found).toEqual([])
})

test('what is accepted is there, and would be found', () => {
  for (const name of Object.keys(accepted)) expect(findingsIn(sqlOf(name))).not.toEqual([])
})

test('what migrations did before is found in them', () => {
  const found = (name: string) =>
    findingsIn(sqlOf(names.find(full => full.endsWith(name)) ?? '')).map(
      ({ table, kind }) => `${table} ${kind}`,
    )
  expect(found('_audit_seals')).toContain('AuditEvent locks')
  expect(found('_a_person_decides')).toContain('OutboundMail locks')
  expect(found('_tenant_language')).toEqual([])
})

test('the tables that grow are tables', () => {
  const schema = readFileSync(path.join('prisma', 'schema.prisma'), 'utf8')
  for (const table of growing) expect(schema).toContain(`\nmodel ${table} {`)
})

const mail = 'ALTER TABLE "OutboundMail"'
test.each([
  ['CREATE INDEX "x" ON "OutboundMail"("a")', 'locks'],
  ['CREATE UNIQUE INDEX "x" ON "OutboundMail" ("a")', 'locks'],
  ['CREATE INDEX CONCURRENTLY "x" ON "OutboundMail"("a")', null],
  ['CREATE INDEX "x" ON "Tenant"("a")', null],
  ['CREATE TABLE "Alarm" ("id" UUID); CREATE INDEX "x" ON "Alarm"("id")', null],
  [`${mail} ADD COLUMN "a" TEXT`, null],
  [`${mail} ADD COLUMN "a" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "b" NUMERIC(3, 2)`, null],
  [`${mail} ADD COLUMN "a" TIMESTAMPTZ(3) NOT NULL DEFAULT now()`, null],
  [`${mail} ADD COLUMN "b" TEXT, ADD COLUMN "a" UUID NOT NULL DEFAULT gen_random_uuid()`, 'locks'],
  [`${mail} ADD COLUMN "a" SERIAL`, 'locks'],
  [`${mail} ADD COLUMN "a" TEXT GENERATED ALWAYS AS (lower("b")) STORED`, 'locks'],
  [`${mail} ADD COLUMN "a" TEXT NOT NULL`, 'older-nodes'],
  ['ALTER TABLE "Tenant" ADD COLUMN "a" TEXT NOT NULL', 'older-nodes'],
  [`${mail} ALTER COLUMN "a" SET DATA TYPE BIGINT`, 'locks'],
  [`${mail} ALTER COLUMN "a" SET NOT NULL`, 'locks'],
  [`${mail} ALTER COLUMN "a" SET DEFAULT 1`, null],
  [`${mail} ADD CONSTRAINT "x" FOREIGN KEY ("a") REFERENCES "Tenant"("id")`, 'locks'],
  [`${mail} ADD CONSTRAINT "x" FOREIGN KEY ("a") REFERENCES "Tenant"("id") NOT VALID`, null],
  [`${mail} VALIDATE CONSTRAINT "x"`, null],
  [`${mail} ADD CONSTRAINT "x" CHECK ("a" IS NOT NULL)`, 'locks'],
  [`${mail} ADD CONSTRAINT "x" UNIQUE ("a")`, 'locks'],
  [`${mail} ADD CONSTRAINT "x" UNIQUE USING INDEX "y"`, null],
  [`${mail} DROP COLUMN "a"`, 'older-nodes'],
  [`${mail} RENAME COLUMN "a" TO "b"`, 'older-nodes'],
  [`${mail} RENAME TO "Mail"`, 'older-nodes'],
  [`${mail} RENAME CONSTRAINT "a" TO "b"`, null],
  ['DROP TABLE "Tenant"', 'older-nodes'],
  ['UPDATE "OutboundMail" mail SET "a" = 1', 'locks'],
  ['-- UPDATE "OutboundMail"\nUPDATE "Tenant" SET "a" = 1', null],
  ['DELETE FROM "Session"', 'locks'],
  ['TRUNCATE "Session"', 'locks'],
])('%s', (sql, kind) => {
  expect(findingsIn(`${sql};`).map(found => found.kind)).toEqual(kind ? [kind] : [])
})
