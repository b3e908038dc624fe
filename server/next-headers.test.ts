import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { dropPreview } from './next-headers'

const kept = (headers: Record<string, string>) => {
  dropPreview({ headers } as unknown as IncomingMessage)
  return headers
}

it('nobody asks for a preview or for a page to be made anew, not even with the right key', () => {
  expect(
    kept({
      'x-prerender-revalidate': 'key',
      'x-next-revalidate-tag-token': 'key',
      'x-next-revalidated-tags': 'a',
      'x-prerender-revalidate-if-generated': '1',
      accept: '*/*',
    }),
  ).toEqual({ accept: '*/*' })
  expect(kept({ cookie: '__prerender_bypass=key; a=1;__next_preview_data=x; b=__prerender_bypass' })).toEqual(
    {
      cookie: 'a=1; b=__prerender_bypass',
    },
  )
})
