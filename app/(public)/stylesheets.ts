import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { env } from '@/lib/env'

const developing = process.env.NODE_ENV === 'development'
/** What Next knows of a page that is always there: among it, which files hold the styles of the layout. */
const manifest = path.join(
  process.cwd(),
  developing ? '.next/dev' : '.next',
  'server/app/_not-found/page_client-reference-manifest.js',
)

let known: string[] | undefined

/** The addresses of the styles that all pages share. Next puts them into its own pages only. */
export async function stylesheets(): Promise<string[]> {
  if (known) return known
  const found = await read()
  if (!developing) known = found
  return found
}

async function read(): Promise<string[]> {
  const text = await readFile(manifest, 'utf8').catch(error => {
    if (!developing) throw error
  })
  if (text === undefined) {
    // While developing, a page is built when it is asked for.
    const { host, port } = env()
    await fetch(`http://${host}:${port}/is-not-there`)
    return read()
  }
  const [, files = '[]'] = /"\[project\]\/app\/layout":(\[\{"path":[^\]]*\])/.exec(text) ?? []
  return (JSON.parse(files) as { path: string }[]).map(({ path }) => `/_next/${path}`)
}
