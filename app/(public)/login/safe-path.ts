/** Where to go after signing in: only ever a page of this installation. */
export function safePath(next: string | undefined): string {
  if (!next?.startsWith('/')) return '/'
  // Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they do.
  const { origin, pathname, search } = new URL(next, 'http://this.invalid')
  return origin === 'http://this.invalid' ? pathname + search : '/'
}
