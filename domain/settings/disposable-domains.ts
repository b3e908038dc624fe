// Domains of addresses that are thrown away: a list that comes along, or one that somebody has put in its place.
import { record } from '@/domain/audit/audit'
import { requireSystemAdministrator, type Viewer } from '@/domain/viewer'
import { now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { asciiDomain } from '@/lib/email-address'
import { locks } from '@/lib/locks'
import { Refusal } from '@/lib/refusal'

/** The longest file, in bytes. */
export const longestList = 5 * 1024 * 1024

export type DisposableList = {
  number: number
  /** Null for the list that comes along */
  replaced: { at: Date; by: string } | null
}

/** The list that holds, in ASCII. */
export async function disposableDomains(tx: Tx): Promise<Set<string>> {
  const own = await tx.disposableList.findUnique({ where: { id: 1 } })
  return own ? new Set(own.domains.split('\n')) : comesAlong()
}

/** About the list that holds. @throws Refusal not-allowed */
export async function readDisposableList(viewer: Viewer): Promise<DisposableList> {
  requireSystemAdministrator(viewer)
  const own = await db().disposableList.findUnique({ where: { id: 1 }, omit: { domains: true } })
  if (!own) return { number: (await comesAlong()).size, replaced: null }
  return { number: own.number, replaced: { at: own.replacedAt, by: own.replacedBy } }
}

/**
 * Puts a list of one domain a line (UTF-8; empty lines and those that begin with `#` say nothing) in the place of the
 * one that holds, or with null the one that comes along. @returns how many domains it has
 * @throws Refusal not-allowed, list-empty, list-too-large, list-unreadable with `line`
 */
export async function replaceDisposableList(viewer: Viewer, file: Uint8Array | null): Promise<number> {
  requireSystemAdministrator(viewer)
  const domains = file && domainsIn(file)
  const number = domains?.length ?? (await comesAlong()).size
  await transaction(async tx => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${locks.installation}::bigint)`
    await tx.disposableList.deleteMany()
    if (domains)
      await tx.disposableList.create({
        data: { id: 1, domains: domains.join('\n'), number, replacedAt: now(), replacedBy: viewer.email },
      })
    const subject = { type: 'installation' as const, id: null, label: 'settings' }
    const after = { list: domains ? 'own' : 'built-in', total: number }
    await record(tx, viewer, 'settings.disposable-list-replaced', subject, { after })
  })
  return number
}

function domainsIn(file: Uint8Array): string[] {
  if (file.length > longestList) throw new Refusal('list-too-large', { field: 'file' })
  const domains = new Set<string>()
  for (const [at, line] of new TextDecoder().decode(file).split(/\r?\n/).entries()) {
    const text = line.trim()
    if (text === '' || text.startsWith('#')) continue
    const domain = asciiDomain(text.replace(/^(\*\.|@)/, ''))
    if (!domain) throw new Refusal('list-unreadable', { field: 'file', values: { line: at + 1 } })
    domains.add(domain)
  }
  if (domains.size === 0) throw new Refusal('list-empty', { field: 'file' })
  return [...domains]
}

/** Loaded when it is asked for: most installations never do. */
const comesAlong = async (): Promise<Set<string>> =>
  (await import('disposable-email-domains-js')).disposableEmailBlocklistSet()
