import { readdirSync, readFileSync } from 'node:fs'
import { root } from '../scripts/prepare.mjs'
import type { Lock } from './materials'

/** The licences of the packages in a release, whose texts go with every copy of them. */
export function licences(packages: string[], lock: Lock): string {
  return packages
    .map(key => {
      const { version = '', license = 'no licence named' } = lock[key] ?? {}
      const name = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return [`${name} ${version} (${license})`, ...textsIn(`${root}/${key}`)].join('\n\n')
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`)
}

/** Packages for other platforms are not installed here; they belong to one that is. */
function textsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(name => /^(licen[cs]e|notice|copying)/i.test(name))
      .sort()
      .map(name => readFileSync(`${folder}/${name}`, 'utf8').trim())
  } catch {
    return []
  }
}
