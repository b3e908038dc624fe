'use server'

import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { emailField } from '@/domain/accounts/email-address'
import { beginConnection } from '@/domain/mail-server/account-connection'
import { keepCandidate, type MailServerInput } from '@/domain/mail-server/candidate'
import { mailServerForm } from '@/domain/mail-server/form'
import { presetOf } from '@/domain/mail-server/presets'
import { listMailServers } from '@/domain/mail-server/servers'
import { readMailServer } from '@/domain/mail-server/versions'
import { goLive } from '@/domain/outbox/go-live'
import { sendTestMail } from '@/domain/outbox/test-mail'
import type { SecretName } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'
import { savedWords } from './saved-words'

export type MailServerOutcome = {
  /** The version whose stored secrets the next test or save may use, and which they are. */
  versionId: string
  stored: SecretName[]
  saved: boolean
  /** The id of the test mail that is on its way */
  testId: string | null
  /** What to say before it is saved: whether untested, and as what. */
  ask: 'save-untested' | 'save-failed' | 'save-place' | null
  /** What has been said already: that it may be saved untested, and as what. */
  said: { untested: boolean; as: 'primary' | 'standby' | 'ask' }
  name: string
  /** The server is switched off */
  disabled: boolean
  /** Where to agree that Latchkey sends mail with an account. */
  consentUrl: string | null
}

/** Whatever a preset knows need not be typed, also where no script fills it in. */
const withPreset = (form: unknown) => {
  const typed = { ...(form as Record<string, string>) }
  const preset = presetOf(typed.provider ?? 'custom')
  if (preset.host && !typed.host) {
    typed.host = preset.host
    typed.port ||= String(preset.port)
  }
  if (preset.username && !typed.username) typed.username = preset.username
  if (!typed.name?.trim())
    typed.name = preset.host ? preset.name : (typed.host ?? '').trim().slice(0, 100) || '?'
  return typed
}

/** What each button of saving says: what the server is to be, and that it may be untested. */
const savings = {
  save: { as: 'ask', untested: false },
  'save-primary': { as: 'primary', untested: false },
  'save-standby': { as: 'standby', untested: false },
  'save-anyway': { as: 'ask', untested: true },
  'anyway-primary': { as: 'primary', untested: true },
  'anyway-standby': { as: 'standby', untested: true },
} as const
const intents = [
  'save',
  'save-primary',
  'save-standby',
  'save-anyway',
  'anyway-primary',
  'anyway-standby',
  'test',
  'connect',
] as const

const MailServerRequest = z.preprocess(
  withPreset,
  z
    .object({
      intent: z.enum(intents).catch('save'),
      testRecipient: z.string().default(''),
      baseVersionId: z.string().default(''),
      withoutScript: z.string().optional(),
      newServer: z.string().optional(),
      leaveWhenSaved: z.string().optional(),
    })
    .loose()
    .transform((form, context) => {
      const server = mailServerForm.safeParse(form)
      const recipient = emailField.safeParse(form.testRecipient)
      for (const { path, message } of server.error?.issues ?? [])
        context.addIssue({ code: 'custom', path, message })
      if (form.intent === 'test' && !recipient.success)
        context.addIssue({ code: 'custom', path: ['testRecipient'], message: 'recipient-invalid' })
      if (!server.success) return z.NEVER
      const baseVersionId = z.uuid().safeParse(form.baseVersionId).data ?? null
      return {
        intent: form.intent,
        recipient: recipient.data ?? '',
        input: { ...server.data, baseVersionId, newServer: form.newServer === 'on' },
        withoutScript: form.withoutScript === 'on',
        leaveWhenSaved: form.leaveWhenSaved === 'on',
      }
    }),
)

/** Sends a test mail with what the form holds, saves it, or connects its account. */
export const mailServerAction = viewerAction<typeof MailServerRequest, MailServerOutcome>(
  MailServerRequest,
  async (viewer, { intent, recipient, input, withoutScript, leaveWhenSaved }) => {
    if (intent === 'test') return test(viewer, input, recipient, withoutScript)
    if (intent === 'connect') return connect(viewer, input)
    const saved = await save(viewer, input, savings[intent])
    if ('ask' in saved) return saved.ask
    const { versionId, mailServerId, stored } = saved
    if (leaveWhenSaved) redirect(`/settings/mail?saved=${mailServerId}`)
    return {
      message: await savedWords(viewer, mailServerId),
      data: { ...unchanged, versionId, stored, saved: true },
    }
  },
  { invalid: 'mailServerInvalid' },
)

const unchanged = {
  saved: false,
  testId: null,
  ask: null,
  said: { untested: false, as: 'ask' as const },
  name: '',
  disabled: false,
  consentUrl: null,
}

/** Answers at once: the page watches the test, and without JavaScript loads again until it has ended. */
async function test(viewer: Viewer, input: MailServerInput, recipient: string, withoutScript: boolean) {
  const { id: testId, versionId } = await sendTestMail(viewer, input, recipient)
  const tested = await readMailServer(viewer, { versionId })
  if (withoutScript && tested)
    redirect(`/settings/mail/${tested.mailServerId}?version=${versionId}&test=${testId}`)
  return { data: { ...unchanged, versionId, stored: tested?.stored ?? [], testId } }
}

async function connect(viewer: Viewer, input: MailServerInput) {
  const { kept, url } = await beginConnection(viewer, input)
  const { versionId, stored } = kept
  const t = await getTranslations('mailSettings')
  return {
    message: t('consent.text', { provider: new URL(url).host }),
    data: { ...unchanged, versionId, stored, consentUrl: url },
  }
}

/** Saves, or keeps what was typed and asks what only a person can say. */
async function save(viewer: Viewer, input: MailServerInput, how: (typeof savings)[keyof typeof savings]) {
  try {
    return await goLive(viewer, input, how)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code } = error
    if (code !== 'save-untested' && code !== 'save-failed' && code !== 'save-place') throw error
    const { mailServerId, versionId, stored } = await keepCandidate(viewer, input)
    const servers = await listMailServers(viewer)
    const disabled = servers.some(({ id, enabled }) => id === mailServerId && !enabled)
    const message = (await getTranslations('refusals'))(code)
    const data: MailServerOutcome = {
      ...unchanged,
      versionId,
      stored,
      ask: code,
      said: how,
      name: input.name,
      disabled,
    }
    return { ask: { status: 'refused' as const, message, data } }
  }
}
