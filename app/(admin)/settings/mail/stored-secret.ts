import { useTranslations } from 'next-intl'
import { useOnlyShown } from '@/components/form-context'
import type { SecretName } from '@/domain/smtp/settings'

/** What stands below the field of a secret that is there already and not shown; undefined where there is none. */
export function useStoredSecret(stored: readonly SecretName[]): (name: SecretName) => string | undefined {
  const t = useTranslations('mailSettings')
  const onlyShown = useOnlyShown()
  return name => (stored.includes(name) ? t(onlyShown ? 'secretDeclared' : 'passwordStored') : undefined)
}
