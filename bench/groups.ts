import { StartRefused } from '@/lib/start-refused'
import { buildIfStale } from '@/scripts/prepare.mjs'
import { clearStage, onStage } from './stage'

/** What measures, by its name; loaded when it is wanted. */
export type Groups = Record<string, () => Promise<() => Promise<void>>>

/**
 * Runs the groups that were asked for, on a stage that is empty again afterwards.
 * @param chosen their names; without one, all
 * @throws StartRefused for a name that is none
 */
export async function runGroups(groups: Groups, chosen: string[]): Promise<void> {
  const unknown = chosen.find(name => !Object.hasOwn(groups, name))
  if (unknown !== undefined)
    throw new StartRefused(`There is no group "${unknown}": choose among ${Object.keys(groups).join(', ')}.`)
  // What preparing says is no figure.
  console.log = console.error
  onStage()
  try {
    buildIfStale()
    for (const [name, load] of Object.entries(groups)) {
      if (chosen.length > 0 && !chosen.includes(name)) continue
      console.error(`${name} …`)
      await (await load())()
    }
  } finally {
    await clearStage()
  }
}
