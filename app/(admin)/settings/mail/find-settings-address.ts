// Proposed settings in an address, so that they also come into the form without JavaScript.
import { type MailServerField, mailServerForm } from '@/domain/mail-server/form'
import { formFields } from '@/domain/mail-server/form-fields'
import { presets } from '@/domain/mail-server/presets'
import { one, type SearchParams } from '../../list-address'

const carried = ['provider', 'host', 'port', 'encryption', 'username', 'mailFrom'] as const

type Initial = Partial<Record<MailServerField, string>>

/**
 * What the form starts with when an address carries settings: those, over what it would start with. Null if it
 * carries none, or any that the form itself would refuse: anybody can write an address.
 */
export function settingsInAddress(
  query: Awaited<SearchParams>,
  initial: Initial | null,
): (Initial & { host: string; port: string }) | null {
  const given = Object.fromEntries(
    carried.flatMap(name => {
      const text = one(query[name])
      return text ? [[name, text]] : []
    }),
  )
  // What a link does not carry is filled with anything valid, so that the form judges what it does.
  const whole = { name: '-', mailFrom: 'noreply@example.org', username: '-', ...given }
  const { success, data } = mailServerForm.safeParse({ ...whole, authentication: 'password' })
  if (!given.host || !success) return null
  const { settings } = data
  // Nothing without encryption is ever proposed.
  if (settings.encryption === 'none' || !presets.some(({ id }) => id === settings.provider)) return null
  const { provider, host, port, encryption, authentication, mailFrom } = formFields('', settings)
  return {
    ...initial,
    ...{ provider, host, port, encryption, authentication },
    username: given.username ? (settings.username ?? '') : '',
    mailFrom: initial?.mailFrom || (given.mailFrom ? mailFrom : ''),
  }
}
