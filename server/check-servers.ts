// `npm run admin -- check`: the diagnosis of the settings page for every mail server in use, in a terminal.
import { createTranslator } from 'next-intl'
import { explanationValues } from '@/domain/mail-server/diagnosis'
import { inTurn } from '@/domain/mail-server/refresh-token'
import { activeVersions, type UsableVersion } from '@/domain/mail-server/versions'
import type { Outcome } from '@/domain/smtp/submission'
import { tryConnection } from '@/domain/smtp/trial'
import { messagesFor } from '@/lib/i18n/locales'

/**
 * Goes with every enabled mail server as far as the sender (MAIL FROM); no mail is sent. One line for each,
 * with the cause and what to do where it fails.
 * @returns whether all of them would take a mail; false too when none is enabled
 */
export async function checkServers(print: (line: string) => void): Promise<boolean> {
  const versions = await activeVersions()
  if (versions.length === 0) print('No mail server is enabled: mails wait. Connect one at /settings/mail.')
  const outcomes = await Promise.all(
    versions.map(async version => {
      const outcome = await tryConnection(version.settings, version.secrets, {
        versionKey: version.id,
        inTurn: inTurn(version),
      })
      return { version, outcome }
    }),
  )
  for (const { version, outcome } of outcomes) for (const line of await told(version, outcome)) print(line)
  return outcomes.length > 0 && outcomes.every(({ outcome }) => outcome.result === 'accepted')
}

async function told({ name, settings }: UsableVersion, outcome: Outcome): Promise<string[]> {
  const { host, port } = settings
  const milliseconds = outcome.stages.reduce((sum, stage) => sum + stage.milliseconds, 0)
  const server = `${name} (${host}:${port})`
  if (outcome.result === 'accepted') return [`${server}: ok, ${milliseconds} ms`]
  const messages = await messagesFor('en')
  const t = createTranslator({ locale: 'en', messages, namespace: 'diagnosis' }) as unknown as (
    key: string,
    values: Record<string, string>,
  ) => string
  const values = explanationValues(outcome, settings)
  const reply = outcome.reply && [outcome.reply.code, outcome.reply.enhanced, outcome.reply.text]
  return [
    `${server}: ${outcome.cause} at ${outcome.phase}, ${milliseconds} ms`,
    `  ${t(`${outcome.cause}.title`, values)}`,
    `  ${t(`${outcome.cause}.fix`, values)}`,
    ...(reply ? [`  The server said: ${reply.filter(Boolean).join(' ')}`] : []),
  ]
}
