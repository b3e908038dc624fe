// First data: the demo accounts, and the mail server that points to the built-in inbox.

import { demoAccounts } from '@/domain/accounts/demo-accounts'
import { emailKey } from '@/domain/accounts/email-address'
import { hashPassword, setPassword } from '@/domain/accounts/password'
import { newRuleSettings } from '@/domain/alarms/rule-settings'
import { perMinuteLimits } from '@/domain/api-keys/api-key'
import { demoKey, hintOf } from '@/domain/api-keys/key-text'
import type { Scope } from '@/domain/api-keys/scopes'
import { inboxName } from '@/domain/mail-server/in-use'
import { mailServerSettings, plainSettings } from '@/domain/smtp/settings'
import { createCustomer } from '@/domain/tenancy/customers'
import { createTenant } from '@/domain/tenancy/tenants'
import { installationItself } from '@/domain/viewer'
import type { User } from '@/generated/prisma/client'
import { now } from '@/lib/clock'
import { db, type Tx, transaction } from '@/lib/db'
import { hashToken } from '@/lib/keyring'

/** Makes the demo accounts in an installation that has no users yet. @returns whether it made them */
export async function seedDemo(): Promise<boolean> {
  if ((await db().user.count()) > 0) return false
  const hashes = await Promise.all(demoAccounts.map(({ password }) => hashPassword(password)))
  const installer = installationItself()
  const tenantId = await createTenant(installer, 'Demo tenant')
  const customerId = await createCustomer(installer, tenantId, 'Demo customer')
  await transaction(async tx => {
    await tx.alarmRule.create({
      data: { tenantId, name: 'All alarms', position: 1, settings: newRuleSettings },
    })
    for (const [index, { email, firstName, lastName, role }] of demoAccounts.entries()) {
      const user = await tx.user.create({
        data: {
          email,
          emailKey: emailKey(email),
          firstName,
          lastName,
          role,
          state: 'active',
          demo: true,
          tenantId: role === 'system_administrator' ? null : tenantId,
          customerId: role === 'customer_user' ? customerId : null,
        },
      })
      await setPassword(tx, user.id, { hash: hashes[index] ?? '' })
      if (role === 'tenant_administrator') await seedKey(tx, user)
    }
  })
  return true
}

/** A key for the first steps of a program. */
const seedKey = (tx: Tx, { id, role, tenantId }: User) =>
  tx.apiKey.create({
    data: {
      ...{ name: 'Demo', userId: id, role, tenantId, networks: [], perMinute: perMinuteLimits.usual },
      scopes: [
        'users:read',
        'users:write',
        'mails:read',
        'customers:read',
        'password-resets:write',
        'alarms:read',
        'alarms:write',
      ] satisfies Scope[],
      hash: hashToken(demoKey),
      hint: hintOf(demoKey),
      createdAt: now(),
    },
  })

/**
 * Gives an installation without a mail server one that points to the built-in inbox; and lets the one
 * it made follow when the inbox listens elsewhere. No other server is ever touched.
 */
export const pointAtInbox = (port: number) =>
  transaction(async tx => {
    const active = await tx.mailServerVersion.findFirst({
      where: { state: 'active', mailServer: { builtin: true } },
    })
    if (!active && (await tx.mailServer.count()) > 0) return
    const known = active && mailServerSettings.parse(active.settings)
    if (known?.port === port) return
    const settings = known ? { ...known, port } : plainSettings({ host: '127.0.0.1', port })
    const server = active
      ? { id: active.mailServerId }
      : await tx.mailServer.create({
          data: { name: inboxName, position: 1, builtin: true, enabled: await isUnused(tx) },
        })
    if (active)
      await tx.mailServerVersion.update({
        where: { id: active.id },
        data: { state: 'retired', retiredAt: now() },
      })
    await tx.mailServerVersion.create({
      data: {
        mailServerId: server.id,
        number: (active?.number ?? 0) + 1,
        state: 'active',
        name: active?.name ?? inboxName,
        settings,
        activatedAt: now(),
      },
    })
  })

/** Where mail went out in earnest, what waits there must not end in the inbox. */
const isUnused = async (tx: Tx): Promise<boolean> =>
  (await tx.outboundMail.findFirst({ where: { kind: { not: 'test' }, kept: false } })) === null
