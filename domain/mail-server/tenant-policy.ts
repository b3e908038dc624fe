// By which servers the mails of a tenant go, and how much they may ask of those of the installation: what the system
// administrator says, and the sender that the tenant chooses within it.
import { domainToASCII } from 'node:url'
import { record } from '@/domain/audit/audit'
import { readMailbox } from '@/domain/smtp/mailbox'
import { requireFreshProof, requireSystemAdministrator, type Viewer, visibleTenant } from '@/domain/viewer'
import type { TenantMailPolicy as Row } from '@/generated/prisma/client'
import { db, rowId, sqlNow, type Tx, transaction } from '@/lib/db'
import { isAddress } from '@/lib/email-address'
import { type Facts, refuseChangedMeanwhile } from '@/lib/meanwhile'
import { Refusal } from '@/lib/refusal'

/** Which servers carry what may go by the tenant's own. */
export const serverChoices = ['system', 'own-allowed', 'own-required'] as const
type ServerChoice = (typeof serverChoices)[number]

export type TenantMailPolicy = Pick<Row, 'accountMails' | 'fallsBack' | 'maxPerMinute' | 'maxPerDay'> & {
  servers: ServerChoice
  /** Domains of `Mail from` on the installation's servers, in ASCII */
  senderDomains: string[]
}

/** What holds where nobody has said anything. */
export const usualMailPolicy: TenantMailPolicy = {
  servers: 'system',
  accountMails: false,
  fallsBack: false,
  senderDomains: [],
  maxPerMinute: null,
  maxPerDay: null,
}

/** What the form of a policy holds. */
export const mailPolicyFacts = ({ senderDomains, ...policy }: TenantMailPolicy): Facts => ({
  servers: policy.servers,
  accountMails: policy.accountMails ? 'on' : '',
  fallsBack: policy.fallsBack ? 'on' : '',
  senderDomains: senderDomains.join('\n'),
  maxPerMinute: `${policy.maxPerMinute ?? ''}`,
  maxPerDay: `${policy.maxPerDay ?? ''}`,
})

/** What workers know of all policies. */
export type MailPolicies = {
  /** Of those that may have servers of their own: what the carrier of their mails hangs on */
  own: ReadonlyMap<string, Pick<Row, 'servers' | 'accountMails' | 'fallsBack'>>
  senders: ReadonlyMap<string, string>
  /** Whether any tenant has a quota */
  quotas: boolean
}

/** The policies of all tenants. */
export async function readMailPolicies(): Promise<MailPolicies> {
  const rows = await db().tenantMailPolicy.findMany()
  return {
    own: new Map(
      rows
        .filter(({ servers }) => servers !== 'system')
        .map(({ tenantId, servers, accountMails, fallsBack }) => [
          tenantId,
          { servers, accountMails, fallsBack },
        ]),
    ),
    senders: new Map(
      rows.filter(({ mailFrom }) => mailFrom !== '').map(({ tenantId, mailFrom }) => [tenantId, mailFrom]),
    ),
    quotas: rows.some(({ maxPerMinute, maxPerDay }) => maxPerMinute !== null || maxPerDay !== null),
  }
}

/** The domains that tenants may write from on the installation's servers, so many at most. */
export async function senderDomains(most: number): Promise<string[]> {
  const rows = await db().tenantMailPolicy.findMany({
    where: { senderDomains: { not: '' } },
    orderBy: { tenantId: 'asc' },
    take: most,
  })
  return [...new Set(rows.flatMap(row => policyIn(row).senderDomains))].slice(0, most)
}

/** What the system administrator says of a tenant's mails. @throws Refusal not-allowed, tenant-not-found */
export async function readTenantMailPolicy(viewer: Viewer, tenantId: string): Promise<TenantMailPolicy> {
  requireSystemAdministrator(viewer)
  await nameOf(db(), tenantId)
  return policyIn(await db().tenantMailPolicy.findUnique({ where: { tenantId } }))
}

/**
 * Says by which servers a tenant's mails go, and how many. What waits goes by it too.
 * @param opened what the form was opened with @returns the policy as it is now
 * @throws Refusal not-allowed, tenant-not-found, prove-yourself, domain-invalid (at `senderDomains`); ChangedMeanwhile
 */
export const changeTenantMailPolicy = (
  viewer: Viewer,
  tenantId: string,
  wanted: TenantMailPolicy,
  opened?: Facts,
): Promise<TenantMailPolicy> =>
  transaction(async tx => {
    requireSystemAdministrator(viewer)
    const name = await nameOf(tx, tenantId, true)
    requireFreshProof(viewer)
    const policy = { ...wanted, senderDomains: readDomains(wanted.senderDomains) }
    // Required means always: nothing is left to fall back to.
    if (policy.servers !== 'own-allowed') policy.fallsBack = false
    const row = await tx.tenantMailPolicy.findUnique({ where: { tenantId } })
    const [before, after] = [mailPolicyFacts(policyIn(row)), mailPolicyFacts(policy)]
    refuseChangedMeanwhile(opened, after, before)
    const differing = Object.keys(after).filter(field => before[field] !== after[field])
    if (differing.length === 0) return policy
    const data = { ...policy, senderDomains: policy.senderDomains.join('\n') }
    // A sender whose domain is no longer allowed is the server's again.
    const mailFrom = row && mayBeFrom(policy, row.mailFrom) ? row.mailFrom : ''
    await tx.tenantMailPolicy.upsert({
      where: { tenantId },
      create: { tenantId, ...data },
      update: { ...data, mailFrom },
    })
    await tx.$executeRaw`
      INSERT INTO "TenantMailUse" ("tenantId", class, "minuteAt", "minuteCount", "dayAt", "dayCount")
      SELECT ${tenantId}::uuid, class, ${sqlNow()}, 0, ${sqlNow()}, 0 FROM unnest(ARRAY['account', 'alarm']) AS class
      ON CONFLICT DO NOTHING`
    const only = (facts: Facts) => Object.fromEntries(differing.map(field => [field, facts[field] ?? '']))
    const subject = { type: 'tenant' as const, id: tenantId, label: name, tenantId }
    await record(tx, viewer, 'tenant.mail-policy-changed', subject, {
      before: only(before),
      after: only(after),
    })
    return policy
  })

/** The domains that a tenant may send from on the installation's servers, and the sender that it has chosen. */
export type TenantSender = { domains: string[]; mailFrom: string }

/** Null where the tenant of the viewer may choose none, and for the system administrator. @throws Refusal not-allowed */
export async function readTenantSender(viewer: Viewer): Promise<TenantSender | null> {
  const row = await ownPolicy(db(), viewer)
  const { senderDomains } = policyIn(row)
  return senderDomains.length === 0 ? null : { domains: senderDomains, mailFrom: row?.mailFrom ?? '' }
}

/** Whether there is anything about mail that the viewer's tenant may set. */
export async function hasMailSettings(viewer: Viewer): Promise<boolean> {
  const policy = policyIn(await ownPolicy(db(), viewer))
  return policy.servers !== 'system' || policy.senderDomains.length > 0
}

/**
 * Chooses the sender of the tenant's mails on the installation's servers; empty for that of the server.
 * @throws Refusal not-allowed, prove-yourself, sender-invalid, sender-domain-not-allowed
 */
export const setTenantSender = (viewer: Viewer, typed: string): Promise<void> =>
  transaction(async tx => {
    const row = await ownPolicy(tx, viewer)
    const policy = policyIn(row)
    if (!row || policy.senderDomains.length === 0) throw new Refusal('not-allowed')
    requireFreshProof(viewer)
    const mailFrom = typed.trim()
    if (mailFrom !== '' && !readMailbox(mailFrom)) throw new Refusal('sender-invalid', { field: 'mailFrom' })
    if (mailFrom !== '' && !mayBeFrom(policy, mailFrom))
      throw new Refusal('sender-domain-not-allowed', {
        field: 'mailFrom',
        values: { domains: policy.senderDomains.join(', ') },
      })
    if (mailFrom === row.mailFrom) return
    await tx.tenantMailPolicy.update({ where: { tenantId: row.tenantId }, data: { mailFrom } })
    const subject = {
      type: 'tenant' as const,
      id: row.tenantId,
      label: await nameOf(tx, row.tenantId),
      tenantId: row.tenantId,
    }
    await record(tx, viewer, 'tenant.sender-changed', subject, {
      before: { mailFrom: row.mailFrom },
      after: { mailFrom },
    })
  })

/**
 * Whether it is left to a tenant by whose servers the mails of a rule go.
 * @throws Refusal not-allowed, tenant-not-found where it is another tenant's
 */
export async function mayChooseServers(viewer: Viewer, tenantId: string): Promise<boolean> {
  const { tenantId: own } = visibleTenant(viewer)
  if (own && own !== tenantId) throw new Refusal('tenant-not-found')
  const row = await db().tenantMailPolicy.findUnique({ where: { tenantId: rowId(tenantId) } })
  return policyIn(row).servers === 'own-allowed'
}

async function ownPolicy(tx: Tx, { role, tenantId }: Viewer): Promise<Row | null> {
  if (role === 'customer_user') throw new Refusal('not-allowed')
  if (role === 'system_administrator' || !tenantId) return null
  return tx.tenantMailPolicy.findUnique({ where: { tenantId } })
}

function mayBeFrom({ senderDomains }: TenantMailPolicy, mailFrom: string): boolean {
  const address = readMailbox(mailFrom)?.address
  return address !== undefined && senderDomains.includes(domainToASCII(address.split('@').at(-1) ?? ''))
}

function readDomains(typed: readonly string[]): string[] {
  return [
    ...new Set(
      typed
        .map(text => text.trim().replace(/^@/, ''))
        .filter(Boolean)
        .map(text => {
          const domain = domainToASCII(text)
          if (!isAddress(`postmaster@${domain}`))
            throw new Refusal('domain-invalid', { field: 'senderDomains' })
          return domain
        }),
    ),
  ]
}

const policyIn = (row: Row | null): TenantMailPolicy =>
  row
    ? {
        servers: serverChoices.find(choice => choice === row.servers) ?? 'system',
        accountMails: row.accountMails,
        fallsBack: row.fallsBack,
        senderDomains: row.senderDomains.split('\n').filter(Boolean),
        maxPerMinute: row.maxPerMinute,
        maxPerDay: row.maxPerDay,
      }
    : usualMailPolicy

/** @param held whether the tenant stays until the transaction ends */
async function nameOf(tx: Tx, tenantId: string, held = false): Promise<string> {
  if (held) await tx.$queryRaw`SELECT 1 FROM "Tenant" WHERE id = ${rowId(tenantId)}::uuid FOR UPDATE`
  const tenant = await tx.tenant.findUnique({ where: { id: rowId(tenantId) }, select: { name: true } })
  if (!tenant) throw new Refusal('tenant-not-found')
  return tenant.name
}
