// A rolling upgrade: web nodes and workers of two versions on one database, behind one address. See upgrade.ts.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import pg from 'pg'
import { demoKey } from '@/domain/api-keys/key-text'
import { type App, freePort, startApp } from '@/e2e/fixtures/app'
import { startProxy } from '@/e2e/fixtures/proxy'
import { activateAndReset, addUser, connect, expect, signIn, someone, test } from '@/e2e/fixtures/test'
import { startPostgres } from '@/lib/testing/postgres'
import { until } from '@/lib/testing/until'

const { PREVIOUS_CLONE = '', FIGURES = '' } = process.env
const [older, newer] = [0, 1]

test('two versions work side by side, then the older one goes', async ({ visitor, mailbox }) => {
  const postgres = await startPostgres()
  const port = await freePort()
  const settings = {
    DATABASE_URL: await postgres.create('upgrade'),
    APP_KEYS: `k1:${Buffer.alloc(32, 'latchkey').toString('base64')}`,
    APP_URL: `http://localhost:${port}`,
    DEMO: 'on',
    TRUSTED_PROXIES: '127.0.0.1',
    PRIVATE_ADDRESSES: 'on',
  }
  const database = new pg.Pool({ connectionString: settings.DATABASE_URL, max: 1 })
  const migrations = async () =>
    (await database.query('SELECT migration_name AS name FROM _prisma_migrations ORDER BY 1')).rows.map(
      ({ name }) => name as string,
    )
  // How many mails each worker has handed over; one that never has is not there.
  const sentBy = async (): Promise<Record<string, number>> => {
    const { rows } = await database.query(
      `SELECT "workerId" AS id, count(*)::int FROM "DeliveryAttempt" WHERE outcome = 'accepted' GROUP BY 1`,
    )
    return Object.fromEntries(rows.map(({ id, count }) => [id, count]))
  }
  const startNode = (clone?: string) => startApp({ ...settings, WORKER: 'off' }, async () => {}, clone)
  const nodes: App[] = []
  const workers: Worker[] = []
  const portOf = ({ url }: App) => Number(new URL(url).port)
  try {
    // The port of the newer node is asked for before there is one.
    const newerPort = await freePort()
    nodes.push(await startNode(PREVIOUS_CLONE))
    workers.push(await startWorker(PREVIOUS_CLONE, settings))
    const before = await migrations()
    const proxy = await startProxy(port, [portOf(nodes[older] as App), newerPort])
    const both = (from: number, to: number) => Object.assign(proxy, { pagesFrom: from, postsTo: to })

    both(older, older)
    const admin = await visitor({ baseURL: proxy.url })
    await signIn(admin, 'sysadmin@latchkey.test', 'sysadmin')
    await connect(admin, mailbox.sink)
    const early = someone()
    await addUser(admin, early)
    const invitation = await mailbox.read(early)
    const [olderWorker = ''] = Object.keys(await sentBy())

    nodes.push(await startApp({ ...settings, WORKER: 'off', PORT: String(newerPort) }, async () => {}))
    workers.push(await startWorker(process.cwd(), settings))
    const applied = (await migrations()).filter(name => !before.includes(name))
    expect(applied.length).toBeGreaterThan(0)

    await test.step('whoever was invited by the older one activates at the newer one', async () => {
      both(newer, newer)
      const page = await visitor({ baseURL: proxy.url })
      await page.goto(invitation.link)
      await page.getByLabel('Password', { exact: true }).fill('three quiet words')
      await page.getByLabel('Confirm password', { exact: true }).fill('three quiet words')
      await page.getByRole('button', { name: 'Activate account' }).click()
      await expect(page).toHaveURL(/\/profile/)
    })

    await test.step('pages of one post to the other, and each may have invited', async () => {
      for (const [from, to, javaScriptEnabled] of [
        [older, newer, true],
        [newer, older, true],
        [older, newer, false],
        [newer, older, false],
      ] as const) {
        // A form of React belongs to the build that made it.
        both(from, from)
        const person = someone()
        await addUser(admin, person)
        both(from, to)
        await activateAndReset({ visitor, mailbox }, person, { baseURL: proxy.url, javaScriptEnabled })
      }
    })

    await test.step('a form of the one is told by the other that it is old, and keeps what was typed', async () => {
      for (const [from, to] of [
        [older, newer],
        [newer, older],
      ] as const) {
        both(from, to)
        await admin.goto('/profile')
        await admin.getByLabel('New email', { exact: true }).fill('typed.before@example.org')
        await admin.getByRole('button', { name: 'Change email', exact: true }).click()
        await expect(
          admin.getByRole('alert').filter({ hasText: 'Latchkey was updated: load this page again' }).last(),
        ).toBeVisible()
        await expect(admin.getByLabel('New email', { exact: true })).toHaveValue('typed.before@example.org')
      }
    })

    const invited: string[] = []
    await test.step('workers of both send, programs at both ask', async () => {
      Object.assign(proxy, { pagesFrom: null, postsTo: null })
      for (let round = 0; round < 20 && Object.keys(await sentBy()).length < 2; round++)
        await Promise.all(Array.from({ length: 10 }, async () => invited.push(await invite(proxy.url))))
      expect(Object.keys(await sentBy()).length).toBe(2)
    })
    const together = await sentBy()

    await test.step('an older node and worker that start now still work', async () => {
      await nodes[older]?.stop()
      await workers[older]?.stop()
      nodes[older] = await startApp(
        { ...settings, WORKER: 'off', PORT: String(portOf(nodes[older] as App)) },
        async () => {},
        PREVIOUS_CLONE,
      )
      workers[older] = await startWorker(PREVIOUS_CLONE, settings)
      both(older, older)
      await signIn(await visitor({ baseURL: proxy.url }), early, 'three quiet words')
    })

    await test.step('the older ones go, and nobody is signed out', async () => {
      await nodes[older]?.stop()
      await workers[older]?.stop()
      both(newer, newer)
      const person = someone()
      await addUser(admin, person)
      await activateAndReset({ visitor, mailbox }, person, { baseURL: proxy.url, javaScriptEnabled: true })
      await until(async () => (await unsent()) === 0, 60)
    })
    async function unsent(): Promise<number> {
      const { rows } = await database.query(
        `SELECT count(*)::int FROM "OutboundMail" WHERE state NOT IN ('sent', 'cancelled')`,
      )
      return rows[0].count
    }

    for (const person of invited)
      expect(mailbox.sink.mails.filter(({ to }) => to.includes(person)).length, person).toBe(1)
    const all = Object.values(await sentBy()).reduce((sum, count) => sum + count, 0)
    writeFileSync(
      FIGURES,
      JSON.stringify({
        migrated: applied,
        requestsOfOlder: proxy.turns[older],
        requestsOfNewer: proxy.turns[newer],
        sentByOlder: together[olderWorker],
        sentByNewer: Object.entries(together).find(([id]) => id !== olderWorker)?.[1],
        sent: all,
      }),
    )
    await proxy.close()
  } finally {
    await Promise.all([...nodes, ...workers].map(one => one.stop()))
    await database.end()
    await postgres.stop()
  }
})

type Worker = { stop(): Promise<void> }

/** `npm run worker` in a clone, once it says that it is ready. */
async function startWorker(clone: string, settings: Record<string, string>): Promise<Worker> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'worker'], {
    cwd: clone,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await said(child, 'the worker is ready')
  return {
    async stop() {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

function said(child: ChildProcess, words: string): Promise<void> {
  let all = ''
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', chunk => {
        all += chunk
        if (all.includes(words)) resolve()
      })
    child.once('exit', code => reject(new Error(`A worker ended with ${code}:\n${all}`)))
  })
}

/** A program invites somebody. @returns whom */
async function invite(url: string): Promise<string> {
  const headers = { authorization: `Bearer ${demoKey}`, 'content-type': 'application/json' }
  const customers = await (await fetch(`${url}/api/v1/customers`, { headers })).json()
  const email = someone()
  const body = { email, role: 'customer_user', customerId: customers.items[0].id, invitation: 'mail' }
  const answer = await fetch(`${url}/api/v1/users`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return email
}
