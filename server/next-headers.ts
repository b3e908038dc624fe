// Headers of Next's own that anybody may send.
import type { IncomingMessage } from 'node:http'
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js'

/** Without it the whole page is rendered, and not what differs from the one that is shown. */
const shownPage = 'next-router-state-tree'

/** Takes off what Next cannot read: it would end as if it were our fault. */
export function dropUnreadable({ headers }: IncomingMessage): void {
  try {
    parseAndValidateFlightRouterState(headers[shownPage])
  } catch {
    delete headers[shownPage]
  }
}

/**
 * Takes off what asks Next for a preview, or to make a page anew. We have neither, and the keys of a release are in
 * everybody's hands: see docs/decisions/025-a-release.md.
 */
export function dropPreview({ headers }: IncomingMessage): void {
  for (const name of previewHeaders) delete headers[name]
  if (headers.cookie && previewCookies.test(headers.cookie))
    headers.cookie = headers.cookie
      .split(/; */)
      .filter(cookie => !previewCookies.test(cookie))
      .join('; ')
}

const previewHeaders = [
  'x-prerender-revalidate',
  'x-prerender-revalidate-if-generated',
  'x-next-revalidated-tags',
  'x-next-revalidate-tag-token',
]
const previewCookies = /(^|; *)__(prerender_bypass|next_preview_data)=/
