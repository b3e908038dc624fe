// A rolling upgrade from the version before this one, whose last state is cloned from the history and built: what decision
// 028 says may meet, meets.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { newFolder } from '@/bench/stage'
import { version } from '@/lib/version'
import { clonePrevious, previousVersion } from './previous'

/** Prints what the nodes and workers of both versions did. @throws if any of it went wrong */
export async function proveUpgrade(): Promise<void> {
  const previous = previousVersion()
  const figures = path.join(newFolder('figures'), 'figures.json')
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'test', '--config', 'proof/two-versions.config.ts'],
    {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, PREVIOUS_CLONE: clonePrevious(previous), FIGURES: figures },
    },
  )
  if (status !== 0) throw new Error('The two versions do not work side by side: see above.')
  const { version: from, commit } = previous
  const found = JSON.parse(readFileSync(figures, 'utf8'))
  process.stdout.write(
    `${JSON.stringify({ proof: 'upgrade.rolling', from, commit, to: version, ...found })}\n`,
  )
}
