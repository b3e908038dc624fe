/**
 * One value for the whole process. Next bundles pages, actions and instrumentation apart from each
 * other, so a module may exist several times; the database and the worker must not.
 */
export function perProcess<T>(name: string, create: () => T): T {
  const store = globalThis as unknown as Record<symbol, T | undefined>
  const key = Symbol.for(`latchkey.${name}`)
  store[key] ??= create()
  return store[key]
}
