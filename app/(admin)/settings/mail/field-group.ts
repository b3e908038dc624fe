import type { MailServerField } from '@/domain/mail-server/form'
import type { SecretName } from '@/domain/smtp/settings'

/** What each group of fields of the mail server form starts with. */
export type FieldGroupProps = {
  /** The text of each field at the start. */
  initial: Partial<Record<MailServerField, string>> | null
  /** The secrets that are stored, and stay if their field is left empty. */
  stored: SecretName[]
}
