import { getTranslations } from 'next-intl/server'
import { currentViewer } from '@/app/auth'
import { chosenTheme, type Theme } from '@/app/theme'
import { readInboxMail } from '@/domain/inbox/inbox'
import { found, idIn } from '../../../found'

/**
 * The HTML of a received mail, for the frame on its page. It is a stranger's: no script, no form, no
 * picture from elsewhere, and an origin that is not ours, also when somebody opens this address by itself.
 */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  const viewer = await currentViewer()
  const html = viewer ? (await found(readInboxMail(viewer, await idIn(params)))).html : await signInAgain()
  const asked = new URL(request.url).searchParams.get('theme')
  const theme = asked === 'light' || asked === 'dark' ? asked : await chosenTheme()
  return new Response(inTheme(inNewTabs(html), theme), {
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

/** The frame cannot show the page to sign in: it stands in none. */
async function signInAgain(): Promise<string> {
  const t = await getTranslations('inbox')
  return `<meta name="color-scheme" content="light dark"><p style="font:1rem system-ui"><a href="/login">${t('signInAgain')}</a></p>`
}

/** As if the reader's system were light or dark, whatever it is. */
function inTheme(html: string, theme: Theme): string {
  if (theme === 'system') return html
  const asked = /@media\s*\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/gi
  return html.replace(asked, (_, scheme) =>
    scheme.toLowerCase() === theme ? '@media all' : '@media not all',
  )
}

/** In front of a mail's own `<base>`, of which browsers would heed the first. */
function inNewTabs(html: string): string {
  const base = '<base target="_blank">'
  return /<head\b[^>]*>/i.test(html) ? html.replace(/<head\b[^>]*>/i, head => head + base) : base + html
}
