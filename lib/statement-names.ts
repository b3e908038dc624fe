// Which of the statements that Prisma makes are prepared: those that are run again and again are then parsed and
// planned once for each connection, which for many costs the database more than to run them.

/** From so many times on a statement is prepared, */
const often = 20
/** and no more than these, since each connection keeps them all. */
const most = 200
/** Of so many it is known how often they were run. */
const counted = 2_000

/** What has a plan; BEGIN and its like have none. */
const planned = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i

/** What every column of a table is asked for may not be prepared: a migration that adds one makes it fail. */
const anyColumn = /(?:\b(?:SELECT|RETURNING)\s+|\.)\*/i

/** Names for the statements of one pool, see `statementNameGenerator` of Prisma's adapter; empty for none. */
export function statementNames(): (statement: { sql: string }) => string {
  const names = new Map<string, string>()
  const times = new Map<string, number>()
  return ({ sql }) => {
    const known = names.get(sql)
    if (known || names.size >= most) return known ?? ''
    const before = times.get(sql) ?? 0
    if (before === 0 && times.size >= counted) times.clear()
    times.set(sql, before + 1)
    if (before + 1 < often || !planned.test(sql) || anyColumn.test(sql)) return ''
    times.delete(sql)
    const name = `prisma_${names.size + 1}`
    names.set(sql, name)
    return name
  }
}
