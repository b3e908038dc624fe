import { englishFor } from '@/lib/i18n/english'

/** What is refused at the machine and at the start, in words. */
export const sentenceOf = (code: string, values?: Record<string, string | number>): Promise<string> =>
  englishFor(['refusals', 'invalid', 'mailServerInvalid'], code, values)
