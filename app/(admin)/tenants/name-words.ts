import { getTranslations } from 'next-intl/server'

/** What is said of a tenant or a customer that was renamed. */
export async function nameWords(name: string) {
  const t = await getTranslations('tenants')
  return {
    message: t('renamed', { name }),
    words: async (_field: string, word: string) => ({ label: t('name'), word }),
  }
}
