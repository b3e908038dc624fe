import { requireViewer } from '@/app/auth'
import { readInboxMail } from '@/domain/inbox/inbox'
import { found, idIn } from '../../../found'

/**
 * The HTML of a received mail, for the frame on its page. It is a stranger's: no script, no form, no
 * picture from elsewhere, and an origin that is not ours, also when somebody opens this address by itself.
 */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const { html } = await found(readInboxMail(await requireViewer(), await idIn(params)))
  return new Response(inNewTabs(html), {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  })
}

/** In front of a mail's own `<base>`, of which browsers would heed the first. */
function inNewTabs(html: string): string {
  const base = '<base target="_blank">'
  return /<head\b[^>]*>/i.test(html) ? html.replace(/<head\b[^>]*>/i, head => head + base) : base + html
}
