// What a migration does to a table that has grown: which of its statements hold others up for as long as the table is
// large, and which an older node beside it would trip over. By the text alone, as PostgreSQL's documentation has it
// (ALTER TABLE, CREATE INDEX, "Explicit Locking"). See docs/decisions/028.

/** The last migration of the first release: what comes before meets no installation. */
export const firstRelease = '20261201120000_alarm_images'

/** Tables that grow with people, mails, alarms or time. All others have a few rows, whatever is done to them. */
export const growing = [
  'User',
  'Credential',
  'Session',
  'Factor',
  'RecoveryCode',
  'LinkToken',
  'OutboundMail',
  'DeliveryAttempt',
  'Tally',
  'UserImportLine',
  'InboxMail',
  'Alarm',
  'AlarmEvent',
  'AlarmMail',
  'AlarmLink',
  'AlarmThread',
  'AlarmDigestItem',
  'AlarmReminder',
  'AlarmRecipient',
  'AlarmStopLink',
  'MailImageUse',
  'AuditEvent',
  'AuditSeal',
  'ApiRequest',
  'RateLimit',
  'WebhookDelivery',
  'WebhookAttempt',
]

export type Finding = {
  table: string
  /** `locks` for as long as the table is large, or `older-nodes` cannot work beside it */
  kind: 'locks' | 'older-nodes'
  because: string
}

type Rule = Pick<Finding, 'kind' | 'because'> & {
  when: RegExp
  unless?: RegExp
  /** Of tables with few rows as well */
  everywhere?: boolean
}

/** Of what stands behind `ALTER TABLE "name"`, one action at a time. */
const actions: Rule[] = [
  {
    kind: 'locks',
    because:
      'a new column with a default that differs from row to row rewrites the table: add it without, and fill it in batches',
    when: /^ADD COLUMN\b.*(\bDEFAULT\s+(gen_random_uuid|uuidv7|random|clock_timestamp|nextval|timeofday)\s*\(|\b(SMALL|BIG)?SERIAL\b|\bGENERATED\b)/is,
  },
  {
    kind: 'older-nodes',
    because:
      'a column that must not be empty and has no default stops the INSERTs of older nodes: give it one',
    when: /^ADD COLUMN\b.*\bNOT NULL\b/is,
    unless: /\bDEFAULT\b|\bGENERATED\b/i,
    everywhere: true,
  },
  {
    kind: 'locks',
    because:
      'another type rewrites the table: add a column, write both, fill it in batches, drop the old one a version later',
    when: /^ALTER COLUMN\b.*\b(SET DATA )?TYPE\b/is,
  },
  {
    kind: 'locks',
    because:
      'SET NOT NULL reads the whole table under a lock: add a CHECK (… IS NOT NULL) NOT VALID, and validate it, first',
    when: /^ALTER COLUMN\b.*\bSET NOT NULL\b/is,
  },
  {
    kind: 'locks',
    because:
      'a foreign key or check reads the whole table under a lock: add it NOT VALID, and VALIDATE CONSTRAINT in a migration of its own',
    when: /^ADD (CONSTRAINT\s+\S+\s+)?(FOREIGN KEY|CHECK)\b/is,
    unless: /\bNOT VALID\b/i,
  },
  {
    kind: 'locks',
    because: 'a key builds its index under a lock: make the index CONCURRENTLY, and the key USING INDEX',
    when: /^ADD (CONSTRAINT\s+\S+\s+)?(PRIMARY KEY|UNIQUE|EXCLUDE)\b/is,
    unless: /\bUSING INDEX\b/i,
  },
  {
    kind: 'locks',
    because: 'it writes the whole table anew',
    when: /^SET (LOGGED|UNLOGGED|TABLESPACE|ACCESS METHOD)\b/is,
  },
  {
    kind: 'older-nodes',
    because: 'older nodes still ask for that column: leave it, and drop it a version after nothing uses it',
    when: /^(DROP COLUMN|RENAME COLUMN|RENAME (?!CONSTRAINT|TO))\b/is,
    everywhere: true,
  },
  {
    kind: 'older-nodes',
    because: 'older nodes know it by its old name',
    when: /^RENAME TO\b/is,
    everywhere: true,
  },
]

/** Of a whole statement; the table is the first group. */
const statements: Rule[] = [
  {
    kind: 'locks',
    because:
      'an index that is not made CONCURRENTLY (in a migration with nothing else in it) stops all writing until it is there',
    when: /^CREATE (?:UNIQUE )?INDEX\b(?! CONCURRENTLY\b).*?\bON (?:ONLY )?"?(\w+)"?/is,
  },
  {
    kind: 'locks',
    because: 'all rows are changed in one transaction: change them in batches, in the background',
    when: /^(?:WITH\b.*?)?(?:UPDATE|DELETE FROM)\s+(?:ONLY )?"?(\w+)"?/is,
  },
  {
    kind: 'locks',
    because: 'it locks the table, or writes it anew',
    when: /^(?:CLUSTER|LOCK TABLE|TRUNCATE(?: TABLE)?|VACUUM FULL|REINDEX TABLE)\s+(?:ONLY )?"?(\w+)"?/is,
  },
  {
    kind: 'older-nodes',
    because: 'older nodes still ask for it',
    when: /^DROP (?:TABLE|VIEW)\s+(?:IF EXISTS )?"?(\w+)"?/is,
    everywhere: true,
  },
]

/** What is wrong with a migration, if it meets tables with a million rows and nodes of the version before. */
export function findingsIn(sql: string): Finding[] {
  // As the engine does: see lib/migrations.ts.
  const all = sql
    .replaceAll(/--[^\n]*/g, '')
    .split(';')
    .map(statement => statement.trim().replaceAll(/\s+/g, ' '))
  const made = new Set(all.flatMap(statement => /^CREATE TABLE "?(\w+)"?/i.exec(statement)?.[1] ?? []))
  const counts = (table: string, rule: Rule) =>
    !made.has(table) && (rule.everywhere || growing.includes(table))
  return all.flatMap(statement => {
    const [, altered, rest = ''] =
      /^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?"?(\w+)"? (.*)$/is.exec(statement) ?? []
    if (altered)
      return actionsOf(rest).flatMap(action =>
        actions
          .filter(rule => rule.when.test(action) && !rule.unless?.test(action) && counts(altered, rule))
          .map(({ kind, because }) => ({ table: altered, kind, because })),
      )
    return statements.flatMap(rule => {
      const table = rule.when.exec(statement)?.[1]
      return table && counts(table, rule) ? [{ table, kind: rule.kind, because: rule.because }] : []
    })
  })
}

/** One ALTER TABLE can do several things; commas within brackets are of one of them. */
function actionsOf(text: string): string[] {
  const found = ['']
  let depth = 0
  for (const sign of text) {
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0
    if (sign === ',' && depth === 0) found.push('')
    else found[found.length - 1] += sign
  }
  return found.map(action => action.trim())
}
