// Where the installation is declared: a YAML file, and MAIL_SERVER_URL beside it. What is wrong there is told with its
// line, and stops the start.
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { isNode, LineCounter, parseDocument } from 'yaml'
import { env } from '@/lib/env'
import { StartRefused } from '@/lib/start-refused'
import { sentenceOf } from '../sentence'
import { type Declaration, type Fault, readDeclaration, readMailServer } from './declaration'

/** Looked for in the working folder where LATCHKEY_CONFIG names no other. */
const usualFile = 'latchkey.yaml'
const longestFile = 1024 * 1024

export type Declared = Declaration & {
  /** The file, as the audit names it; null where there is none */
  file: string | null
}

/**
 * What the installation is declared as; nothing where it is not.
 * @throws StartRefused with every fault, each with its line and the reason
 */
export async function readDeclared(): Promise<Declared> {
  const { declared, problems } = await checkDeclared()
  if (problems.length > 0) throw new StartRefused(problems.join('\n'))
  return declared
}

/** The same, with what is wrong as sentences. */
export async function checkDeclared(): Promise<{ declared: Declared; problems: string[] }> {
  const { config, mailServerUrl } = env()
  const file = config ?? (existsSync(usualFile) ? path.resolve(usualFile) : null)
  const read = file ? await readFile(file) : { declaration: nothing, problems: [] }
  const problems = [...read.problems]
  const declared: Declared = { ...read.declaration, file }
  if (mailServerUrl) {
    const faults: Fault[] = []
    const server = readMailServer(fieldsOf(mailServerUrl), [], readBeside(process.cwd()), faults)
    problems.push(...(await Promise.all(faults.map(fault => told('MAIL_SERVER_URL', fault)))))
    if (server) declared.mailServers = [server, ...declared.mailServers]
    if (server && read.declaration.mailServers.some(({ name }) => name === server.name))
      problems.push(`MAIL_SERVER_URL: ${path.basename(file ?? '')} has a mail server "${server.name}" too.`)
  }
  return { declared, problems }
}

const nothing: Declaration = { settings: {}, mailServers: [], tenants: [] }

async function readFile(file: string): Promise<{ declaration: Declaration; problems: string[] }> {
  const name = path.basename(file)
  const refused = (...problems: string[]) => ({ declaration: nothing, problems })
  let text: string
  try {
    if (statSync(file).size > longestFile) return refused(`${name} is larger than 1 MB.`)
    text = readFileSync(file, 'utf8')
  } catch (error) {
    return refused(
      `LATCHKEY_CONFIG accepts a file that can be read (${(error as NodeJS.ErrnoException).code}): ${file}.`,
    )
  }
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const line = (offset: number) => lineCounter.linePos(offset).line
  if (document.errors.length > 0)
    return refused(
      ...document.errors.map(({ pos, message }) => `${name}, line ${line(pos[0])}: ${ended(message)}`),
    )
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    return refused(`${name}: ${ended((error as Error).message)}`)
  }
  const { declaration, faults } = readDeclaration(value, readBeside(path.dirname(file)))
  const at = ({ path: places }: Fault): number => {
    for (let length = places.length; length > 0; length--) {
      const node = document.getIn(places.slice(0, length), true)
      if (isNode(node) && node.range) return line(node.range[0])
    }
    return 1
  }
  return {
    declaration,
    problems: await Promise.all(faults.map(fault => told(`${name}, line ${at(fault)}`, fault))),
  }
}

/** Files with secrets are named from where the declaration stands. */
const readBeside = (folder: string) => (name: string) => readFileSync(path.resolve(folder, name), 'utf8')

/** `mailServers[0].port`, and why. Never what stands there: it may be a secret. */
async function told(where: string, { path: places, code, values, says }: Fault): Promise<string> {
  const place = places.map(one => (typeof one === 'number' ? `[${one}]` : `.${one}`)).join('')
  const why = code ? await sentenceOf(code, values) : (says ?? '')
  return `${where}: ${place.replace(/^\./, '')}${place ? ': ' : ''}${ended(why)}`
}

const ended = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

/**
 * The fields of the form out of `smtps://user:password@host:465?from=…`; any of them may stand behind the question
 * mark, by its name. `smtps` is implicit TLS (RFC 8314), `smtp` is STARTTLS.
 */
function fieldsOf(address: string): Record<string, unknown> {
  const { protocol, hostname, port, username, password, searchParams } = new URL(address)
  const { from, ...more } = Object.fromEntries(searchParams)
  return {
    name: hostname,
    host: decodeURIComponent(hostname),
    ...(port && { port }),
    encryption: protocol === 'smtps:' ? 'implicit-tls' : 'starttls',
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
    ...(from && { mailFrom: from }),
    ...more,
  }
}
