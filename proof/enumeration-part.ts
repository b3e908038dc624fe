// A process that fills an installation with accounts in every state, all with the same password.
import { hashPassword } from '@/domain/accounts/password'
import { db } from '@/lib/db'
import { boot } from '@/server/boot'

process.on('disconnect', () => process.exit())
const running = await boot({ worker: false, web: false })
process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))

process.on('message', async ({ each }: { each: number }) => {
  const hash = await hashPassword('of whoever it is')
  for (const state of ['active', 'pending', 'disabled'])
    await db().$executeRaw`
      INSERT INTO "User" (id, email, "emailKey", role, state)
      SELECT gen_random_uuid(), ${state} || number || '@example.org', ${state} || number || '@example.org',
        'system_administrator', ${state}::"UserState"
      FROM generate_series(1, ${each}) number`
  await db().$executeRaw`
    INSERT INTO "Credential" ("userId", hash) SELECT id, ${hash} FROM "User" WHERE state <> 'pending' AND email LIKE '%@example.org'`
  process.send?.({ filled: each })
})
