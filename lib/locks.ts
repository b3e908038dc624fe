// Every advisory lock of PostgreSQL that Latchkey takes. Any number will do, as long as each means one thing.
export const locks = {
  /** Migrations and first data: one process at a time */
  start: 5_118_413,
  /** Changes after which a system administrator must be left */
  administrators: 5_118_414,
  /** The order of mail servers, and their versions' numbers */
  mailServers: 5_118_415,
  /** The signing keys of a domain */
  signingKeys: 5_118_416,
  /** The next seal of the audit */
  auditSeals: 5_118_430,
  /** What is set for the whole installation */
  installation: 5_118_440,
  /** With a tenant: the alarms that come in for it */
  alarms: 5_118_450,
} as const
