import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectMailServer } from '@/domain/mail-server/testing/settings'
import { type SmtpSink, startSmtpSink } from '@/domain/smtp/testing/smtp-sink'
import { viewer } from '@/domain/testing/viewers'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { checkServers } from './check-servers'

useTestDatabase()
let sink: SmtpSink

beforeEach(async () => {
  sink = await startSmtpSink()
})
afterEach(() => sink.close())

async function check() {
  const lines: string[] = []
  return { fine: await checkServers(line => lines.push(line)), text: lines.join('\n') }
}

it('is content with a server that takes the sender, and sends nothing', async () => {
  await connectMailServer(viewer(), sink)
  expect(await check()).toMatchObject({ fine: true, text: expect.stringContaining('ok') })
  expect(sink.mails).toEqual([])
})

it('names the cause and the fix where a server would not', async () => {
  await connectMailServer(viewer(), sink)
  sink.options.refuse = {
    'mail-from': { code: 553, text: '5.7.1 Sender address rejected: not owned by user' },
  }
  const { fine, text } = await check()
  expect(fine).toBe(false)
  expect(text).toContain('sender-rejected at mail-from')
  expect(text).toContain('not owned by user')
})

it('is not content while no server is enabled', async () => {
  await connectMailServer(viewer(), sink)
  await db().mailServer.updateMany({ data: { enabled: false } })
  expect(await check()).toMatchObject({ fine: false, text: expect.stringContaining('No mail server') })
})

it('goes on to the others where the secret of one cannot be opened', async () => {
  await connectMailServer(viewer(), sink)
  const login = { auth: 'password', username: 'u', credentialsInClear: true } as const
  const { versionId } = await connectMailServer(viewer(), sink, login, { password: 'secret' }, true)
  await db().mailServerVersion.update({ where: { id: versionId }, data: { sealedPassword: 'k1:AAAA' } })
  const { fine, text } = await check()
  expect(fine).toBe(false)
  expect(text).toMatch(/^Sink .*: ok, \d+ ms$/m)
  expect(text).toMatch(/^Standby .*: a stored secret cannot be opened/m)
})
