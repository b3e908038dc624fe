// A bare Next application with pages of given markup: what a page of Latchkey costs beyond that is our own.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseDocument } from 'htmlparser2'
import { run } from '@/scripts/prepare.mjs'

/** A piece of a page: text, or an element with its attributes and what is in it. */
type Piece = string | [name: string, attributes: Record<string, string>, inside: Piece[]]
type Node = ReturnType<typeof parseDocument>['children'][number]

/** Below the project, where its packages are found. */
const folder = path.resolve('generated', 'bare-pages')

/**
 * Builds the application. @param pages the HTML of pages, by name
 * @returns the folder that it is served from, each page at `/NAME`
 */
export function buildBarePages(pages: Record<string, string>): string {
  rmSync(folder, { recursive: true, force: true })
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), text)
  }
  write('package.json', '{ "type": "module" }')
  write('next.config.js', `export default { turbopack: { root: ${JSON.stringify(process.cwd())} } }`)
  // Else Next looks for one in the folders above, and finds ours.
  write('instrumentation.js', 'export const register = () => {}\n')
  write('app/layout.jsx', layout)
  write('app/markup.jsx', markup)
  for (const [name, html] of Object.entries(pages)) {
    write(`app/${name}/pieces.json`, JSON.stringify(piecesOf(html)))
    write(`app/${name}/page.jsx`, page)
  }
  run('Building bare pages', process.execPath, ['node_modules/next/dist/bin/next', 'build', folder])
  return folder
}

const layout = `
export default ({ children }) => <html lang="en"><body>{children}</body></html>
`
const page = `
import { Markup } from '../markup'
import pieces from './pieces.json'
export const dynamic = 'force-dynamic'
export default () => <Markup pieces={pieces} />
`
const markup = `
import { createElement } from 'react'
export const Markup = ({ pieces }) => pieces.map(build)
const build = (piece, index) => typeof piece === 'string' ? piece
  : createElement(piece[0], { key: index, ...piece[1] }, ...(piece[2].length > 0 ? piece[2].map(build) : []))
`

/** What a reader sees of a page, without its scripts. */
function piecesOf(html: string): Piece[] {
  const body = /<body[^>]*>([\s\S]*)<\/body>/.exec(html)?.[1] ?? ''
  return parseDocument(body).children.flatMap(pieceOf)
}

const leftOut = ['script', 'style', 'link', 'noscript', 'template', 'meta', 'title']

function pieceOf(node: Node): Piece[] {
  if (node.type === 'text') return [node.data]
  if (node.type !== 'tag' || leftOut.includes(node.name)) return []
  return [[node.name, attributesOf(node.attribs), node.children.flatMap(pieceOf)]]
}

/** As React wants them: names that are also words of JavaScript, and no values that it would warn of. */
const attributesOf = (attributes: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => {
      if (/^(style|value|checked|selected|on.*|action|formaction)$/.test(name)) return []
      return [[renamed[name] ?? name, value]]
    }),
  )

const renamed: Record<string, string> = {
  class: 'className',
  for: 'htmlFor',
  tabindex: 'tabIndex',
  autocomplete: 'autoComplete',
  maxlength: 'maxLength',
  novalidate: 'noValidate',
  colspan: 'colSpan',
  datetime: 'dateTime',
}
