// While a database is being filled, a schema of its own in it says so (the engine of the migrations wants the other one
// empty): whoever is killed meanwhile leaves nothing that is taken for an installation, and the next one may clear it away.
import { Prisma } from '@/generated/prisma/client'
import { ofNoExtension } from './bulk'
import type { Database } from './db'
import { StartRefused } from './start-refused'

const tableOfOurs = Prisma.raw(ofNoExtension('pg_class', 'c'))
const typeOfOurs = Prisma.raw(ofNoExtension('pg_type', 't'))

type State = 'empty' | 'unfinished' | 'in-use'

/** Whether there is anything in a database. What extensions and other schemas hold is not ours, and in nobody's way. */
async function stateOf({ prisma }: Database): Promise<State> {
  const [row] = await prisma.$queryRaw<{ unfinished: boolean; used: boolean }[]>`
    SELECT to_regnamespace('latchkey_unfinished') IS NOT NULL AS unfinished, EXISTS (
      SELECT FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        AND c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN (current_schema(), 'pgboss'))
        AND ${tableOfOurs}
    ) AS used`
  if (row?.unfinished) return 'unfinished'
  return row?.used ? 'in-use' : 'empty'
}

/** @throws StartRefused for a database with anything in it but what a restore has left that did not come to its end */
export async function refuseUsed(database: Database): Promise<void> {
  if ((await stateOf(database)) === 'in-use')
    throw new StartRefused(
      'The database is not empty: create a new one for what comes in, and set its address. Nothing was changed.',
    )
}

/** @throws StartRefused for a database that was not filled to the end */
export async function refuseUnfinished(database: Database): Promise<void> {
  if ((await stateOf(database)) === 'unfinished')
    throw new StartRefused(
      'The restore of this database did not come to its end: run it again. Until then it is not started.',
    )
}

/**
 * Fills an empty database, or one in which a restore did not come to its end. If `fill` fails, it is empty again.
 * @throws StartRefused for another one
 */
export async function filling<T>(database: Database, fill: () => Promise<T>): Promise<T> {
  await refuseUsed(database)
  await clear(database)
  await database.prisma.$executeRaw`CREATE SCHEMA latchkey_unfinished`
  try {
    const result = await fill()
    await database.prisma.$executeRaw`DROP SCHEMA latchkey_unfinished`
    return result
  } catch (error) {
    // Where not even that succeeds, the mark stays and says it.
    await clear(database).catch(() => {})
    throw error
  }
}

/** Removes what migrations and the queue have made, and the mark, all or nothing. Only for what was empty before. */
async function clear({ prisma }: Database): Promise<void> {
  await prisma.$executeRaw`
    DO $$ DECLARE one record;
    BEGIN
      DROP SCHEMA IF EXISTS pgboss CASCADE;
      DROP SCHEMA IF EXISTS latchkey_unfinished;
      FOR one IN SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
          AND ${tableOfOurs}
      LOOP EXECUTE 'DROP TABLE ' || one.name || ' CASCADE'; END LOOP;
      FOR one IN SELECT t.oid::regtype AS name FROM pg_type t
        WHERE t.typtype = 'e' AND t.typnamespace = current_schema()::regnamespace
          AND ${typeOfOurs}
      LOOP EXECUTE 'DROP TYPE ' || one.name; END LOOP;
      FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace = current_schema()::regnamespace AND starts_with(p.proname, 'latchkey_')
      LOOP EXECUTE 'DROP FUNCTION ' || one.name; END LOOP;
    END $$`
}
