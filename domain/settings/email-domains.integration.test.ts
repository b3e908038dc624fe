// At which domains an account can have its address, at every door where it gets one.
import { beforeEach, describe, expect, it } from 'vitest'
import { correctAddress } from '@/domain/accounts/address-correction'
import { requestEmailChange, requestEmailChangeOf } from '@/domain/accounts/email-change'
import { checkImport } from '@/domain/accounts/import-check'
import { password, twoTenants } from '@/domain/accounts/testing/people'
import { addUser } from '@/domain/accounts/users'
import { db } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { refusalOf } from '@/lib/testing/refusal'
import { readDisposableList, replaceDisposableList } from './disposable-domains'
import { domainsField } from './email-domains'
import { changeSettings, type Installation, installationDefaults } from './installation'

useTestDatabase()
let world: Awaited<ReturnType<typeof twoTenants>>

beforeEach(async () => {
  world = await twoTenants()
})

const set = (change: Partial<Installation>) =>
  changeSettings(world.root, { ...installationDefaults, ...change })

const list = (text: string) => replaceDisposableList(world.root, new TextEncoder().encode(text))

/** What each door where an account gets an address says to one. */
async function doors(email: string): Promise<Record<string, string>> {
  const { root, acme } = world
  const person = { firstName: '', lastName: '', role: 'customer_user' as const, locale: 'en' }
  const place = { tenantId: acme.id, customerId: acme.customerId, sendActivation: false }
  const file = new TextEncoder().encode(`email,tenant,customer\n${email},Acme,Customer of Acme\n`)
  const id = await checkImport(root, { name: 'users.csv', bytes: file })
  const [line] = await db().userImportLine.findMany({ where: { importId: id } })
  return {
    import: line?.problem ?? 'done',
    correction: await refusalOf(correctAddress(root, acme.pending.id, `right.${email}`)),
    own: await refusalOf(requestEmailChange(acme.userViewer, `own.${email}`, password)),
    ofAnother: await refusalOf(requestEmailChangeOf(root, acme.admin.id, `of.${email}`)),
    new: await refusalOf(addUser(root, { email: `new.${email}`, ...person, ...place })),
  }
}

const all = (answer: string) => ({
  import: answer,
  correction: answer,
  own: answer,
  ofAnother: answer,
  new: answer,
})

describe('an address', () => {
  it('is accepted at any domain until somebody says otherwise', async () => {
    expect(await doors('a@anything.example')).toEqual(all('done'))
  })

  it('is refused at a domain that is blocked, and at all below it', async () => {
    await set({ blockedDomains: 'bad.example' })
    expect(await doors('a@bad.example')).toEqual(all('domain-blocked'))
    expect(await doors('a@deep.BAD.example')).toEqual(all('domain-blocked'))
    expect(await doors('a@notbad.example')).toEqual(all('done'))
  })

  it('is accepted at allowed domains only, once there are any; what is blocked there is blocked', async () => {
    await set({ allowedDomains: 'acme.example\nxn--bcher-kva.example', blockedDomains: 'old.acme.example' })
    expect(await doors('a@elsewhere.example')).toEqual(all('domain-not-allowed'))
    expect(await doors('b@bücher.example')).toEqual(all('done'))
    expect(await doors('a@old.acme.example')).toEqual(all('domain-blocked'))
  })

  it('that is thrown away is refused where it is said, unless its domain is allowed by name', async () => {
    expect(await doors('a@mailinator.com')).toEqual(all('done'))
    await set({ disposable: 'refused' })
    expect(await doors('b@mailinator.com')).toEqual(all('domain-disposable'))
    expect(await doors('b@sub.mailinator.com')).toEqual(all('domain-disposable'))
    await set({ disposable: 'refused', allowedDomains: 'mailinator.com' })
    expect(await doors('c@mailinator.com')).toEqual(all('done'))
  })
})

describe('the list of disposable domains', () => {
  it('can be replaced, which is recorded, and come back', async () => {
    const { number } = await readDisposableList(world.root)
    expect(number).toBeGreaterThan(1_000)
    await set({ disposable: 'refused' })
    expect(await list('# Ours\r\n\r\n*.gone.example\r\n@Bücher.example\r\ngone.example\r\n')).toBe(2)
    expect(await readDisposableList(world.root)).toMatchObject({
      number: 2,
      replaced: { by: world.root.email },
    })
    expect(await doors('a@gone.example')).toEqual(all('domain-disposable'))
    expect(await doors('a@mailinator.com')).toEqual(all('done'))
    await replaceDisposableList(world.root, null)
    expect(await readDisposableList(world.root)).toEqual({ number, replaced: null })
    const events = await db().auditEvent.findMany({ where: { action: 'settings.disposable-list-replaced' } })
    expect(events.map(({ after }) => after)).toEqual([
      { list: 'own', total: 2 },
      { list: 'built-in', total: number },
    ])
  })

  it.each([
    ['', 'list-empty'],
    ['# nothing\n', 'list-empty'],
    ['fine.example\nno domain\n', 'list-unreadable'],
    ['\0\0', 'list-unreadable'],
    ['x.example\n'.repeat(600_000), 'list-too-large'],
  ])('is not replaced by what is no list', async (text, code) => {
    const refused = await list(text).catch(error => error)
    expect(refused.code).toBe(code)
    if (code === 'list-unreadable' && text.startsWith('fine'))
      expect(refused.options.values).toEqual({ line: 2 })
    expect((await readDisposableList(world.root)).replaced).toBeNull()
  })
})

it.each([
  [
    'example.org, @Example.net;*.bücher.example\n\n example.org',
    'example.org\nexample.net\nxn--bcher-kva.example',
  ],
  ['', ''],
])('domains are read from %j', (typed, read) => {
  expect(domainsField.parse(typed)).toBe(read)
})

it.each([
  ['somebody@example.org', 'domain-invalid'],
  ['exa mple..org', 'domain-invalid'],
  ['192.0.2.1', 'domain-invalid'],
  [Array.from({ length: 501 }, (_, at) => `d${at}.example`).join(' '), 'domains-many'],
])('%j is no list of domains', (typed, message) => {
  expect(domainsField.safeParse(typed).error?.issues).toMatchObject([{ message }])
})
