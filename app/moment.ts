import { getLocale, getTimeZone } from 'next-intl/server'
import { exactMoment } from '@/components/exact-moment'

/** A moment in the viewer's words and zone: "24 November 2025 at 15:05 CET". */
export const moment = async (date: Date): Promise<string> =>
  exactMoment(date, await getLocale(), await getTimeZone())
