import { getTranslations } from 'next-intl/server'

/** Why a mail has not gone (yet), in a few words; a cause that has none is told by its code. */
export async function causeInWords(cause: string | null | undefined): Promise<string | null> {
  if (!cause) return null
  const t = await getTranslations('outbox.causes')
  return t.has(cause) ? t(cause) : cause
}
