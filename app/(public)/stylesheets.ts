import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { env } from '@/lib/env'

/** What Next knows of a page that is always there: among it, which files hold the styles of the layout. */
const manifest = '.next/server/app/_not-found/page_client-reference-manifest.js'

let known: Promise<string[]> | undefined

/** The addresses of the styles that all pages share. Next puts them into its own pages only. */
export function stylesheets(): Promise<string[]> {
  // While developing they change with every stroke.
  if (process.env.NODE_ENV === 'development') return inPage()
  known ??= inManifest()
  return known
}

async function inManifest(): Promise<string[]> {
  const text = await readFile(path.join(process.cwd(), manifest), 'utf8')
  const [, files = '[]'] = /"\[project\]\/app\/layout":(\[\{"path":[^\]]*\])/.exec(text) ?? []
  return (JSON.parse(files) as { path: string }[]).map(({ path }) => `/_next/${path}`)
}

/** As they stand in a page of Next's own. */
async function inPage(): Promise<string[]> {
  const { host, port } = env()
  const html = await (await fetch(`http://${host}:${port}/is-not-there`)).text()
  return [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href = '']) => href)
}
