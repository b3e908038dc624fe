'use server'

import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import { viewerAction } from '@/app/viewer-action'
import { emailField } from '@/domain/accounts/email-address'
import { mailServerForm } from '@/domain/mail-server/form'
import { presetOf } from '@/domain/mail-server/presets'
import { goLive } from '@/domain/outbox/go-live'
import { sendTestMail } from '@/domain/outbox/test-mail'
import { type TestView, testView } from './test-view'

export type MailServerOutcome = {
  /** The version whose stored secrets the next test or save may use. */
  versionId: string
  saved: boolean
  test: TestView | null
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
      intent: z.enum(['test', 'save']).catch('save'),
      testRecipient: z.string().default(''),
      baseVersionId: z.string().default(''),
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
        input: { ...server.data, baseVersionId },
      }
    }),
)

/** Sends a test mail with what the form holds, or saves it. */
export const mailServerAction = viewerAction<typeof MailServerRequest, MailServerOutcome>(
  MailServerRequest,
  async (viewer, { intent, recipient, input }) => {
    const t = await getTranslations('mailSettings')
    if (intent === 'save') {
      const { versionId, name } = await goLive(viewer, input, { untested: true })
      return { message: t('saved', { name }), data: { versionId, saved: true, test: null } }
    }
    const report = await sendTestMail(viewer, input, recipient)
    const test = await testView(report)
    return {
      status: report.result === 'accepted' ? 'done' : 'refused',
      message: test.title,
      data: { versionId: report.versionId, saved: false, test },
    }
  },
  { invalid: 'mailServerInvalid' },
)
