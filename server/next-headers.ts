// Headers of Next's own that anybody may send: one that Next cannot read would end as if it were our fault.
import type { IncomingMessage } from 'node:http'
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js'

/** Without it the whole page is rendered, and not what differs from the one that is shown. */
const shownPage = 'next-router-state-tree'

/** Takes off what Next would stumble over. */
export function dropUnreadable({ headers }: IncomingMessage): void {
  try {
    parseAndValidateFlightRouterState(headers[shownPage])
  } catch {
    delete headers[shownPage]
  }
}
