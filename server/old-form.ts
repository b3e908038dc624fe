// Forms that were rendered by another version, posted by a browser without JavaScript. With JavaScript the form
// itself says so, see components/form.tsx.
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import path from 'node:path'
import { renderedForName } from '@/lib/rendered-for'
import { formIn } from './request-body'

/** The names of the actions that this build knows. Empty while developing, where they come and go. */
export function knownActions(): Set<string> {
  const file = path.join(process.cwd(), '.next', 'server', 'server-reference-manifest.json')
  if (!existsSync(file)) return new Set()
  const { node } = JSON.parse(readFileSync(file, 'utf8')) as { node: Record<string, unknown> }
  return new Set(Object.keys(node))
}

/** A form that a browser has posted by itself: the actions it names, and what was typed, secrets left out. */
export type PostedForm = { actions: string[]; typed: [name: string, value: string][] }

/** Null for what is no such form: with JavaScript a page hears of it from Next, and tells it itself. */
export async function postedForm({ headers }: IncomingMessage, body: Buffer): Promise<PostedForm | null> {
  if (headers['next-action'] || !/^multipart\/form-data/i.test(headers['content-type'] ?? '')) return null
  const texts = [...(await formIn(headers, body)).entries()].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  return {
    actions: texts.flatMap(([name, value]) => actionIn(name, value) ?? []),
    typed: texts.filter(([name, value]) => value !== '' && !untyped.test(name)),
  }
}

/** As React names the action in a form's hidden fields. */
function actionIn(name: string, value: string): string | undefined {
  const [, plain] = /^\$ACTION_ID_(\w+)$/.exec(name) ?? []
  if (plain || !/^\$ACTION_\d+:0$/.test(name)) return plain
  return /"id":"(\w+)"/.exec(value)?.[1]
}

/** What is secret, and what the form said of itself. */
const untyped = new RegExp(`^\\$|^${renderedForName}$|password|secret|token$|code$`, 'i')
