// How large a release is, and what of.

/** What it may take unpacked. */
export const mostBytes = 250_000_000

/** A table of what is in a release, the largest first: each package of a megabyte or more by its name. */
export function tableOf(sizes: Map<string, number>): string {
  const packages = grouped(sizes, name => /^(node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? null)
  const rows = grouped(sizes, name => {
    const [, folder, owner] =
      /^(node_modules\/(?:@[^/]+\/)?[^/]+)|^(\.next\/(?:server|static)|[^/]+(?=\/))/.exec(name) ?? []
    if (!folder) return owner ?? 'files at the top'
    return (packages.get(folder)?.bytes ?? 0) < 1e6 ? 'other packages' : folder
  })
  const sorted = [...rows].sort(([, one], [, other]) => other.bytes - one.bytes)
  const sum = { bytes: 0, files: 0 }
  for (const [, { bytes, files }] of sorted)
    Object.assign(sum, { bytes: sum.bytes + bytes, files: sum.files + files })
  return [...sorted, ['all', sum] as const]
    .map(
      ([name, { bytes, files }]) =>
        `${(bytes / 1e6).toFixed(2).padStart(8)} MB  ${String(files).padStart(5)} files  ${name}`,
    )
    .join('\n')
}

function grouped(sizes: Map<string, number>, group: (name: string) => string | null) {
  const groups = new Map<string, { bytes: number; files: number }>()
  for (const [name, size] of sizes) {
    const key = group(name)
    if (key === null) continue
    const { bytes, files } = groups.get(key) ?? { bytes: 0, files: 0 }
    groups.set(key, { bytes: bytes + size, files: files + 1 })
  }
  return groups
}
