// A process that fills an installation with accounts in every state, all with the same password, and connects a mail server.
import { hashPassword } from '@/domain/accounts/password'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { viewer } from '@/domain/testing/viewers'
import { db } from '@/lib/db'
import { boot } from '@/server/boot'

process.on('disconnect', () => process.exit())
const running = await boot({ worker: false, web: false })
process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))

/** What accounts are called, and the state that they are in. */
const kinds = { active: 'active', factor: 'active', pending: 'pending', disabled: 'disabled' }

process.on('message', async ({ each, port }: { each: number; port?: number }) => {
  const hash = await hashPassword('of whoever it is')
  for (const [name, state] of Object.entries(kinds))
    await db().$executeRaw`
      INSERT INTO "User" (id, email, "emailKey", role, state)
      SELECT gen_random_uuid(), ${name} || number || '@example.org', ${name} || number || '@example.org',
        'system_administrator', ${state}::"UserState"
      FROM generate_series(1, ${each}) number`
  await db().$executeRaw`
    INSERT INTO "Factor" (id, "userId", kind, name, "confirmedAt")
    SELECT gen_random_uuid(), id, 'totp', '', now() FROM "User" WHERE email LIKE 'factor%@example.org'`
  await db().$executeRaw`
    INSERT INTO "Credential" ("userId", hash) SELECT id, ${hash} FROM "User" WHERE state <> 'pending' AND email LIKE '%@example.org'`
  if (port) await connectMailServer(viewer(), { host: '127.0.0.1', port })
  process.send?.({ filled: each })
})
