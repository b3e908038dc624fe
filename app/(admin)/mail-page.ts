/**
 * The HTML of a mail as a page for the frame that shows it. It may be a stranger's: no script, no form, no picture
 * from elsewhere, and an origin that is not ours, also when somebody opens its address by itself.
 * @param links whether they may be followed, in windows of their own
 */
export const mailPage = (html: string, links: 'followed' | 'dead'): Response =>
  new Response(links === 'followed' ? inNewTabs(html) : html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `sandbox ${sandbox[links]}; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'`,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    },
  })

/** What the frame allows, and the page by itself. */
export const sandbox = { followed: 'allow-popups allow-popups-to-escape-sandbox', dead: '' }

/** In front of a mail's own `<base>`, of which browsers would heed the first. */
function inNewTabs(html: string): string {
  const base = '<base target="_blank">'
  return /<head\b[^>]*>/i.test(html) ? html.replace(/<head\b[^>]*>/i, head => head + base) : base + html
}
