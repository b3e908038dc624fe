// A process with an installation in it, which it fills with people and mails, and in which it then notices how long it stands still.
import { setTimeout as pause } from 'node:timers/promises'
import { db } from '@/lib/db'
import { boot } from '@/server/boot'

export type Task = { fill: { users: number; mails: number } } | { watch: true } | { watched: true }

process.on('disconnect', () => process.exit())
const running = await boot({ worker: false, web: false })
process.on('SIGTERM', () => void running.stop().finally(() => process.exit()))

const atOnce = 10_000
let watching = false
let longest = 0

process.on('message', async (task: Task) => {
  if ('fill' in task) await fill(task.fill)
  if ('watch' in task) void watch()
  watching &&= !('watched' in task)
  process.send?.({ longest })
})

/** Milliseconds that a statement had to wait at most. */
async function watch(): Promise<void> {
  watching = true
  longest = 0
  while (watching) {
    const begun = performance.now()
    await db().$queryRaw`SELECT 1`
    longest = Math.max(longest, performance.now() - begun)
    await pause(2)
  }
}

/** People with a password, and mails that were sent at the first attempt. */
async function fill({ users, mails }: { users: number; mails: number }): Promise<void> {
  for (let from = 1; from <= users; from += atOnce) {
    const to = Math.min(users, from + atOnce - 1)
    await db().$executeRaw`
      INSERT INTO "User" (id, email, "emailKey", "firstName", "lastName", role, state)
      SELECT md5('user' || number)::uuid, 'anna' || number || '@example.org', 'anna' || number || '@example.org', 'Anna',
        'Surname' || number, 'customer_user', 'active'
      FROM generate_series(${from}::int, ${to}::int) number`
    await db().$executeRaw`
      INSERT INTO "Credential" ("userId", hash)
      SELECT md5('user' || number)::uuid, '$argon2id$v=19$m=19456,t=2,p=1$' || md5(random()::text) || md5(random()::text)
      FROM generate_series(${from}::int, ${to}::int) number`
  }
  for (let from = 1; from <= mails; from += atOnce) {
    const to = Math.min(mails, from + atOnce - 1)
    await db().$executeRaw`
      INSERT INTO "OutboundMail" (id, "messageId", kind, recipient, "userId", locale, parameters, state, "tenantKey", "dueAt", "expiresAt", attempts, "createdAt", "sentAt")
      SELECT md5('mail' || number)::uuid, '<' || md5('id' || number) || '@latchkey.test>', 'password-changed', 'anna' || number % ${users}::int + 1 || '@example.org',
        md5('user' || number % ${users}::int + 1)::uuid, 'en', jsonb_build_object('name', 'Anna Surname' || number, 'changedAt', now()), 'sent',
        '00000000-0000-0000-0000-000000000000', now(), now() + interval '1 day', 1, now() - number * interval '1 second', now()
      FROM generate_series(${from}::int, ${to}::int) number`
    await db().$executeRaw`
      INSERT INTO "DeliveryAttempt" ("mailId", number, "serverName", phase, outcome, "replyCode", "replyText", "queueId", "startedAt", "endedAt")
      SELECT md5('mail' || number)::uuid, 1, 'Sink', 'done', 'accepted', 250, '2.0.0 Ok: queued as ' || md5('queue' || number), upper(left(md5('queue' || number), 10)),
        now() - number * interval '1 second', now()
      FROM generate_series(${from}::int, ${to}::int) number`
  }
}
