import { describe, expect, it } from 'vitest'
import { Prisma } from '@/generated/prisma/client'
import { db, query } from './db'
import { useTestDatabase } from './testing/database'

const test = useTestDatabase()

describe('a statement on its own', () => {
  it('takes every text in an array as it is', async () => {
    const texts = [
      '',
      'plain',
      "it's",
      '"quoted"',
      'back\\slash',
      'a,b',
      '{}',
      '{a,"b"}',
      'NULL',
      'null',
      ' space ',
      'line\nbreak',
      'tab\t',
      '\u0001',
      'ä€😀',
      '\u2028',
      "\\'",
      '$1',
    ]
    const [row] = await query<{ texts: string[] }>(Prisma.sql`SELECT ${texts}::text[] AS texts`)
    expect(row?.texts).toEqual(texts)
    for (const text of texts) {
      const [one] = await query<{ text: string }>(Prisma.sql`SELECT ${text}::text AS text`)
      expect(one?.text).toBe(text)
    }
  })

  it('takes nothing, numbers and times in an array', async () => {
    const at = new Date('2026-01-02T03:04:05.678Z')
    const [row] = await query(
      Prisma.sql`SELECT ${[null, 'a', null]}::text[] AS texts, ${[1, 2.5]}::float8[] AS numbers, ${[at]}::timestamptz[] AS times, ${[]}::text[] AS none`,
    )
    expect(row).toEqual({ texts: [null, 'a', null], numbers: [1, 2.5], times: [at], none: [] })
  })

  it('that could not be prepared works once it can be', async () => {
    const statement = Prisma.sql`SELECT one FROM late`
    await expect(query(statement)).rejects.toThrow(/late/)
    await db().$executeRaw`CREATE TABLE late AS SELECT 1 AS one`
    try {
      expect(await query(statement)).toEqual([{ one: 1 }])
    } finally {
      await db().$executeRaw`DROP TABLE late`
    }
  })

  it('goes on when a migration has changed what it returns, or its connection has forgotten it', async () => {
    await db().$executeRaw`CREATE TABLE changing AS SELECT 1 AS one`
    const statement = Prisma.sql`SELECT * FROM changing`
    try {
      expect(await query(statement)).toEqual([{ one: 1 }])
      await db().$executeRaw`ALTER TABLE changing ADD COLUMN two int DEFAULT 2`
      expect(await query(statement)).toEqual([{ one: 1, two: 2 }])
      await query(Prisma.sql`DEALLOCATE ALL`).catch(() => {})
      expect(await query(statement)).toEqual([{ one: 1, two: 2 }])
    } finally {
      await db().$executeRaw`DROP TABLE changing`
    }
  })

  it('shows whether the database answers', async () => {
    expect(await test.database.answers()).toBe(true)
  })
})
