const here = 'http://this.invalid'

/** Where to go after signing in: only ever a page of this installation. */
export function safePath(next: string | undefined): string {
  if (!next?.startsWith('/')) return '/'
  // Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they do. What
  // is left of `/.//host` without its dot is `//host` again, so what goes out is looked at as well.
  const wanted = URL.parse(next, here)
  const path = wanted && wanted.pathname + wanted.search
  return path && wanted.origin === here && URL.parse(path, here)?.origin === here ? path : '/'
}
