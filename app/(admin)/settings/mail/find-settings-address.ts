// Proposed settings in an address, so that they also come into the form without JavaScript.
import { type MailServerField, mailServerForm } from '@/domain/mail-server/form'
import { formFields } from '@/domain/mail-server/form-fields'
import { presetFields, presetOf } from '@/domain/mail-server/presets'
import { one, type SearchParams } from '../../list-address'

const carried = ['provider', 'host', 'port', 'encryption', 'username', 'mailFrom'] as const

type Fields = Partial<Record<MailServerField, string>>

/**
 * What the form of a new server starts with: what its provider knows, and over it the settings that an address
 * carries. None of those that the form itself would refuse: anybody can write an address.
 */
export function settingsInAddress(query: Awaited<SearchParams>): Fields & { provider: string } {
  const { id: provider } = presetOf(one(query.provider) ?? '')
  const start = { provider, ...presetFields(presetOf(provider)) }
  const given = Object.fromEntries(
    carried.flatMap(name => {
      const text = one(query[name])
      return text ? [[name, text]] : []
    }),
  )
  // What a link does not carry is filled with anything valid, so that the form judges what it does.
  const whole = { name: '-', mailFrom: 'noreply@example.org', username: '-', ...given }
  const { success, data } = mailServerForm.safeParse({ ...whole, authentication: 'password' })
  if (!given.host || !success) return start
  const { settings } = data
  // Nothing without encryption is ever proposed.
  if (settings.encryption === 'none' || settings.provider !== provider) return start
  const { host, port, encryption, authentication, mailFrom } = formFields('', settings)
  return {
    ...start,
    ...{ host, port, encryption, authentication },
    username: given.username ? (settings.username ?? '') : '',
    mailFrom: given.mailFrom ? mailFrom : '',
  }
}
