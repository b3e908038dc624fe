// The software bill of materials of a release. `npm sbom` would list what is installed, with the time and a new number
// each time; this lists what is in the release, by the lock file.
type Locked = {
  version: string
  integrity?: string
  license?: string
  dev?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
}
/** `packages` of a lock file: by the path of each below the clone. */
export type Lock = Record<string, Locked>

/**
 * A bill of materials in CycloneDX 1.5.
 * @param packages those that are in the release, as the lock file calls them
 * @param at when the commit was made
 * @throws for a package that the lock file does not know
 */
export function billOfMaterials(version: string, at: Date, packages: string[], lock: Lock): object {
  const component = (key: string) => {
    const { integrity, license, ...locked } = lockedAs(lock, key)
    const name = nameOf(key)
    const [algorithm = '', hash = ''] = integrity?.split('-') ?? []
    return {
      type: 'library',
      'bom-ref': referenceOf(lock, key),
      name,
      version: locked.version,
      purl: purl(name, locked.version),
      ...(license && {
        licenses: [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }],
      }),
      ...(hash && {
        hashes: [
          { alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(hash, 'base64').toString('hex') },
        ],
      }),
    }
  }
  const here = new Set(packages)
  const ours = `latchkey@${version}`
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      timestamp: at.toISOString(),
      component: {
        type: 'application',
        'bom-ref': ours,
        name: 'latchkey',
        version,
        purl: purl('latchkey', version),
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    // Two folders may hold the same version of the same package.
    components: [...new Map(packages.map(key => [referenceOf(lock, key), component(key)])).values()],
    dependencies: [
      {
        ref: ours,
        dependsOn: unique(packages.filter(key => key in wanted(lock)).map(key => referenceOf(lock, key))),
      },
      ...unique(packages.map(key => referenceOf(lock, key))).map(ref => ({
        ref,
        dependsOn: unique(
          packages
            .filter(key => referenceOf(lock, key) === ref)
            .flatMap(key => needs(lock, key))
            .filter(key => here.has(key))
            .map(key => referenceOf(lock, key)),
        ),
      })),
    ],
  }
}

const unique = (references: string[]) => [...new Set(references)].sort()
const nameOf = (key: string) => key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)
const referenceOf = (lock: Lock, key: string) => `${nameOf(key)}@${lockedAs(lock, key).version}`
/** https://github.com/package-url/purl-spec: the `@` of a scope is escaped, its slash is not. */
const purl = (name: string, version: string) => `pkg:npm/${name.replace('@', '%40')}@${version}`

function lockedAs(lock: Lock, key: string): Locked {
  const found = lock[key]
  if (!found) throw new Error(`${key} is in the release, and package-lock.json does not know it.`)
  return found
}

/** What we ask for ourselves. */
const wanted = (lock: Lock) =>
  Object.fromEntries(Object.keys(lock['']?.dependencies ?? {}).map(name => [`node_modules/${name}`, true]))

/** What a package needs, each found as Node finds it: in its own folder first, then in those above. */
function needs(lock: Lock, key: string): string[] {
  const { dependencies, optionalDependencies, peerDependencies } = lockedAs(lock, key)
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).flatMap(name => {
    for (let folder = key; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
      const place = `${folder}${folder && '/'}node_modules/${name}`
      if (place in lock) return [place]
      if (folder === '') return []
    }
  })
}
