import { database } from './db'
import { perProcess } from './global'

type Readiness = { booted: boolean; waitingFor: string }

const held = perProcess<Readiness>('readiness', () => ({
  booted: false,
  waitingFor: 'the start of the application',
}))

/** Says what the start is waiting for, or `null` once it is done. */
export function setWaitingFor(what: string | null): void {
  held.booted = what === null
  held.waitingFor = what ?? ''
}

/** What keeps this process from answering, or `null` when it is ready. Asks the database each time. */
export async function notReadyBecause(): Promise<string | null> {
  if (!held.booted) return `waiting for ${held.waitingFor}`
  const open = database()
  if (!open) return 'the database is closed'
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve('the database does not answer within 3 s'), 3_000)
  })
  const asked = open.prisma.$queryRaw`SELECT 1`.then(
    () => null,
    () => 'the database cannot be reached',
  )
  return Promise.race([asked, timeout]).finally(() => clearTimeout(timer))
}

/** How long an answer of the database is believed, in milliseconds. */
const believed = { yes: 2_000, no: 500 }

const heard = perProcess<{ asking: Promise<boolean> | null; answer: boolean; at: number }>('answers', () => ({
  asking: null,
  answer: true,
  at: 0,
}))

/**
 * Whether the database is away, so that a page would only wait for it. Asked at most every two seconds, by all
 * requests together; before the start is done it is not known, and nobody waits.
 */
export async function databaseIsAway(): Promise<boolean> {
  const open = database()
  if (!open || !held.booted) return !held.booted && held.waitingFor === 'the database'
  if (Date.now() - heard.at < believed[heard.answer ? 'yes' : 'no']) return !heard.answer
  heard.asking ??= open.answers().then(answer => {
    Object.assign(heard, { answer, at: Date.now(), asking: null })
    return answer
  })
  return !(await heard.asking)
}
