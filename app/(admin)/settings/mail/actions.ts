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
import { readMailServer } from '@/domain/mail-server/versions'
import { goLive } from '@/domain/outbox/go-live'
import { sendTestMail } from '@/domain/outbox/test-mail'
import type { SecretName } from '@/domain/smtp/settings'
import type { Viewer } from '@/domain/viewer'
import { Refusal } from '@/lib/refusal'

export type MailServerOutcome = {
  /** The version whose stored secrets the next test or save may use, and which they are. */
  versionId: string
  stored: SecretName[]
  saved: boolean
  /** The id of the test mail that is on its way */
  testId: string | null
  /** Whether to save what no test mail has gone through. */
  ask: 'save-untested' | 'save-failed' | null
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
  return typed
}

const MailServerRequest = z.preprocess(
  withPreset,
  z
    .object({
      intent: z.enum(['test', 'save', 'save-anyway', 'connect']).catch('save'),
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
    const saved = await save(viewer, input, intent === 'save-anyway')
    if ('ask' in saved) return saved.ask
    if (leaveWhenSaved) redirect(`/settings/mail?server=${saved.mailServerId}&notice=saved`)
    const { name, versionId, stored } = saved
    return {
      message: (await getTranslations('mailSettings'))('saved', { name }),
      data: { ...unchanged, versionId, stored, saved: true },
    }
  },
  { invalid: 'mailServerInvalid' },
)

const unchanged = { saved: false, testId: null, ask: null, consentUrl: null }

/** Answers at once: the page watches the test, and without JavaScript loads again until it has ended. */
async function test(viewer: Viewer, input: MailServerInput, recipient: string, withoutScript: boolean) {
  const { id: testId, versionId } = await sendTestMail(viewer, input, recipient)
  if (withoutScript) redirect(`/settings/mail?version=${versionId}&test=${testId}`)
  const stored = (await readMailServer(viewer, { versionId }))?.stored ?? []
  return { data: { ...unchanged, versionId, stored, testId } }
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

/** Saves, or keeps what was typed and asks whether it shall be saved untested. */
async function save(viewer: Viewer, input: MailServerInput, untested: boolean) {
  try {
    return await goLive(viewer, input, { untested })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { code } = error
    if (code !== 'save-untested' && code !== 'save-failed') throw error
    const { versionId, stored } = await keepCandidate(viewer, input)
    const message = (await getTranslations('refusals'))(code)
    const data: MailServerOutcome = { ...unchanged, versionId, stored, ask: code }
    return { ask: { status: 'refused' as const, message, data } }
  }
}
