// `npm run admin -- check`: the diagnosis of the settings page for every mail server in use, in a terminal.
import { createTranslator } from 'next-intl'
import { explanationValues } from '@/domain/mail-server/diagnosis'
import { serversInUse } from '@/domain/mail-server/in-use'
import { inTurn } from '@/domain/mail-server/refresh-token'
import { settingsOf, type UsableVersion, usable } from '@/domain/mail-server/versions'
import type { Outcome } from '@/domain/smtp/submission'
import { tryConnection } from '@/domain/smtp/trial'
import type { MailServerVersion } from '@/generated/prisma/client'
import { messagesFor } from '@/lib/i18n/locales'
import { KeyringError } from '@/lib/keyring'

/**
 * Goes with every enabled mail server as far as the sender (MAIL FROM); no mail is sent. One line for each,
 * with the cause and what to do where it fails.
 * @returns whether all of them would take a mail; false too when none is enabled
 */
export async function checkServers(print: (line: string) => void): Promise<boolean> {
  const servers = await serversInUse()
  if (servers.length === 0) print('No mail server is enabled: mails wait. Connect one at /settings/mail.')
  const checked = await Promise.all(servers.map(({ version }) => check(version)))
  for (const { lines } of checked) for (const line of lines) print(line)
  return checked.length > 0 && checked.every(({ fine }) => fine)
}

async function check(row: MailServerVersion): Promise<{ fine: boolean; lines: string[] }> {
  let version: UsableVersion
  try {
    version = usable(row)
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error
    const { host, port } = settingsOf(row)
    return {
      fine: false,
      lines: [
        `${row.name} (${host}:${port}): a stored secret cannot be opened, nothing was tried`,
        `  ${error.message}`,
        '  Start Latchkey with the APP_KEYS it was stored under, or enter it again at /settings/mail.',
      ],
    }
  }
  const outcome = await tryConnection(version.settings, version.secrets, {
    versionKey: version.id,
    inTurn: inTurn(version),
  })
  return { fine: outcome.result === 'accepted', lines: await told(version, outcome) }
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
