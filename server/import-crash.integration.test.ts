// An import whose process dies goes on in the next one: everybody is added once, and gets one mail.
import { expect, it } from 'vitest'
import { checkImport } from '@/domain/accounts/import-check'
import { administrator } from '@/domain/accounts/testing/people'
import { startImport } from '@/domain/accounts/user-import'
import { db } from '@/lib/db'
import { until } from '@/lib/testing/until'
import { createInstallation } from './testing/installation'
import { startWorkerProcess } from './testing/process'

const lines = 400
const file = Buffer.from(
  `email,role\n${Array.from({ length: lines }, (_, at) => `anna${at}@example.org,system administrator`).join('\n')}\n`,
)

it('an import that was killed with SIGKILL in its middle adds everybody once', async () => {
  const { inside, settings } = await createInstallation()
  const importId = await inside(async () => {
    const root = await administrator()
    const id = await checkImport(root, { name: 'users.csv', bytes: file })
    await startImport(root, id, { invited: true, perMinute: null })
    return id
  })
  const first = startWorkerProcess(settings)
  await until(() => first.said().includes('an import went on'))
  await first.kill('SIGKILL')
  const added = await inside(() => db().user.count({ where: { email: { startsWith: 'anna' } } }))
  expect(added).toBeGreaterThan(0)
  expect(added).toBeLessThan(lines)

  const second = startWorkerProcess(settings)
  await until(() => second.said().includes('an import ended'))
  await second.kill('SIGTERM')
  await inside(async () => {
    const mails = await db().outboundMail.groupBy({
      by: ['recipient'],
      where: { kind: 'activation' },
      _count: true,
    })
    expect(mails).toHaveLength(lines)
    expect(mails.every(({ _count }) => _count === 1)).toBe(true)
    const ended = await db().userImport.findUniqueOrThrow({ where: { id: importId } })
    expect(ended).toMatchObject({ added: lines, refused: 0, endedAt: expect.any(Date) })
    expect(await db().userImportLine.count({ where: { importId, userId: null } })).toBe(0)
  })
})
