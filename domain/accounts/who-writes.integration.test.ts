// What mails say of who writes: the organisation, whoever made the account, and times in the zone of the reader.
import { simpleParser } from 'mailparser'
import { beforeEach, expect, it } from 'vitest'
import { compose } from '@/domain/outbox/compose'
import { mailsTo } from '@/domain/outbox/testing/worker'
import { createTenant } from '@/domain/tenancy/tenants'
import type { Viewer } from '@/domain/viewer'
import { transaction } from '@/lib/db'
import { useTestDatabase } from '@/lib/testing/database'
import { installationTimeZone } from '@/lib/time-zone'
import { resendActivation } from './activation'
import { answerLinkRequest, sendResetLink } from './password-reset'
import { noteTimeZone, openSession, viewerOf } from './session'
import { administrator, origin, person, signedIn, userOf } from './testing/people'
import { addUser } from './users'

useTestDatabase()
let root: Viewer
let acme: string

beforeEach(async () => {
  root = await administrator()
  acme = await createTenant(root, 'Acme')
})

const sender = { mailFrom: 'noreply@example.org', replyTo: null }

/** What the newest mail to an address says. */
async function newestTo(email: string) {
  const [mail] = (await mailsTo(email)).sort((one, other) => (one.id < other.id ? 1 : -1))
  const { subject, text = '' } = await simpleParser((await compose(mail!, sender)).raw)
  return { subject, text }
}

const invited = (tenantId: string | null) => ({
  email: 'anna@example.org',
  firstName: 'Anna',
  lastName: '',
  role: tenantId ? ('tenant_administrator' as const) : ('system_administrator' as const),
  tenantId,
  customerId: null,
  locale: 'en',
  sendActivation: true,
})

it('an invitation names the tenant and whoever made the account, whoever sends it again', async () => {
  const { id } = await addUser(root, invited(acme))
  const words =
    'Rita has created an account for you at Acme: you sign in at latchkey.test as anna@example.org.'
  expect((await newestTo('anna@example.org')).text).toContain(words)
  const other = await person({ email: 'sam@latchkey.test', role: 'system_administrator', firstName: 'Sam' })
  await resendActivation(await signedIn(other), id)
  await answerLinkRequest({ email: 'anna@example.org', address: '192.0.2.9' })
  const { subject, text } = await newestTo('anna@example.org')
  expect(subject).toBe('Rita created an account for you at Acme')
  expect(text).toContain(words)
})

it('who has no name is named by their address, and who has no tenant belongs to Latchkey', async () => {
  const nameless = await person({ email: 'tom@acme.test', role: 'system_administrator' })
  await addUser(await signedIn(nameless), invited(null))
  const { subject } = await newestTo('anna@example.org')
  expect(subject).toBe('tom@acme.test created an account for you at Latchkey')
})

it('a link ends at a time of the zone that its reader was last seen in', async () => {
  await addUser(root, invited(acme))
  const anna = await person({ email: 'bea@acme.test', tenantId: acme })
  const { token } = await transaction(tx => openSession(tx, anna, { ...origin, timeZone: 'Asia/Kolkata' }))
  await sendResetLink(root, anna.id)
  expect((await newestTo('bea@acme.test')).text).toMatch(/until .* GMT\+5:30\./)

  const viewer = (await viewerOf(token, origin.address))!
  expect(viewer.timeZone).toBe('Asia/Kolkata')
  await noteTimeZone(viewer, null)
  await noteTimeZone(viewer, 'Europe/Berlin')
  expect((await userOf('bea@acme.test')).timeZone).toBe('Europe/Berlin')
  await transaction(tx => openSession(tx, anna, origin))
  expect((await userOf('bea@acme.test')).timeZone).toBe('Europe/Berlin')
})

it('where nobody knows it, the zone is that of the installation', async () => {
  await addUser(root, invited(acme))
  const [mail] = await mailsTo('anna@example.org')
  expect(mail!.parameters).toMatchObject({ organisation: 'Acme', timeZone: installationTimeZone() })
})
