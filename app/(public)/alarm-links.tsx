// What the pages have in common that alarm mails lead to.
import { z } from 'zod'
import { origin } from '@/app/auth'
import { Notice } from '@/components/notice'
import type { Actor } from '@/domain/viewer'

/** A page whose link nobody knows any more. */
export const unknownLink = (title: string, text: string) => ({
  title,
  body: (
    <Notice tone="warning" role="alert">
      {text}
    </Notice>
  ),
})

/** What a press does, with nothing to fill in. */
export const byPress = (
  act: (token: string, from: Pick<Actor, 'address' | 'device'>) => Promise<unknown>,
) => ({
  schema: z.object({}),
  run: async (_: object, { token }: { token: string }) => {
    const { address, device } = await origin()
    await act(token, { address, device })
    return undefined
  },
})
