// The version before this one, as the history has it: what an upgrade comes from.
import { execFileSync } from 'node:child_process'
import { newFolder } from '@/bench/stage'
import { buildClone } from '@/e2e/fixtures/twin'
import { StartRefused } from '@/lib/start-refused'
import { version } from '@/lib/version'

export type Previous = { version: string; commit: string; migrations: string[] }

/**
 * The newest commit of the version before that brings fewer migrations than there are now, so that an upgrade from it
 * has something to migrate.
 */
export function previousVersion(): Previous {
  const now = migrationsAt('HEAD').length
  for (const commit of git('rev-list', '--first-parent', 'HEAD').split('\n')) {
    const past = JSON.parse(git('show', `${commit}:package.json`)).version as string
    if (past === version) continue
    const migrations = migrationsAt(commit)
    if (migrations.length < now) return { version: past, commit, migrations }
  }
  throw new StartRefused('There is no version before this one in the history: clone all of it.')
}

const migrationsAt = (commit: string): string[] =>
  git('ls-tree', '--name-only', '-d', commit, 'prisma/migrations/')
    .split('\n')
    .map(name => name.split('/').at(-1) ?? '')

/** Clones the commit, with its packages and its build. @returns its folder */
export function clonePrevious({ version, commit }: Previous): string {
  console.error(`a clone of ${version} …`)
  const clone = newFolder(`version-${version}`)
  git('clone', '--quiet', process.cwd(), clone)
  git('-C', clone, 'checkout', '--quiet', '--detach', commit)
  buildClone(clone)
  return clone
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}
