// What the domain gives to others, as its source says it.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const domain = path.dirname(import.meta.dirname)

export type ExportedFunction = { file: string; name: string; parameters: string; body: string }

/** Every exported function of the domain but for tests, from its head to the next declaration. */
export function exportedFunctions(): ExportedFunction[] {
  return readdirSync(domain, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing/'))
    .flatMap(file => functionsIn(file, readFileSync(path.join(domain, file), 'utf8')))
}

const functionsIn = (file: string, source: string): ExportedFunction[] =>
  source.split(/^(?=export |(?:async )?function |const |type |class |\/\*\*)/m).flatMap(body => {
    const [, name] = /^export (?:async function\*?|function\*?|const) (\w+)/.exec(body) ?? []
    const [, parameters = ''] = /\(([\s\S]*?)\)(?:: [^=]*?)? (?:=>|\{)/.exec(body) ?? []
    return name ? [{ file, name, parameters, body }] : []
  })
