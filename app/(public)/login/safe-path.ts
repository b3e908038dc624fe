const here = 'http://this.invalid'

/** Where to go after signing in: only ever a page of this installation. */
export function safePath(next: string | null | undefined): string {
  if (!next?.startsWith('/') || !staysHere(next)) return '/'
  const { pathname, search } = new URL(next, here)
  // What is left of `/.//host` without its dot is `//host`, so what goes out is looked at as well.
  return staysHere(pathname + search) ? pathname + search : '/'
}

/** Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they do. */
const staysHere = (path: string) => URL.canParse(path, here) && new URL(path, here).origin === here
