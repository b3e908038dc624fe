/** The link that a click follows within the application and this tab, if it leads off the page. */
export function followedLink(event: MouseEvent): HTMLAnchorElement | null {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
  if (!plain || !(event.target instanceof Element)) return null
  const link = event.target.closest<HTMLAnchorElement>('a[href]')
  if (!link || link.target === '_blank' || link.hasAttribute('download')) return null
  if (link.origin !== location.origin) return null
  const samePage = link.pathname === location.pathname && link.search === location.search
  return samePage ? null : link
}
