// What a scenario needs around it: a database, an SMTP server that fails, and nodes that can be killed. All of
// it is gone when the scenario ends, however it ends.
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type Postgres, startPostgres } from '@/lib/testing/postgres'
import type { NodeEvent, NodeTasks } from './node-part'
import type { SmtpBehaviour, SmtpReport } from './smtp-part'

/** A process that answers what it is asked, and tells of its own accord what happens. */
export class Part<Event extends object> {
  private readonly answers = new EventEmitter()
  private readonly events: Event[] = []
  private asked = 0
  private hear: (event: Event) => void = event => this.events.push(event)
  /** With its exit code and signal */
  readonly ended: Promise<unknown[]>

  constructor(readonly child: ChildProcess) {
    this.answers.setMaxListeners(0)
    this.ended = once(child, 'exit')
    child.on('error', () => {})
    child.on('message', (message: { id: number } | { event: Event }) => {
      if ('event' in message) this.hear(message.event)
      else this.answers.emit(String(message.id), message)
    })
    void this.ended.then(() => this.answers.emit('gone'))
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** Hands over all events, those that have been too. */
  onEvent(hear: (event: Event) => void): void {
    this.hear = hear
    for (const event of this.events.splice(0)) hear(event)
  }

  tell(message: object): void {
    if (this.alive) this.child.send(message, () => {})
  }

  async ask(ask: string, task: object = {}): Promise<unknown> {
    this.asked += 1
    const id = this.asked
    const answer = new Promise<{ answer?: unknown; error?: string }>((resolve, reject) => {
      const gone = () => reject(new Error(`a process ended before it answered "${ask}"`))
      this.answers.once('gone', gone)
      this.answers.once(String(id), message => {
        this.answers.off('gone', gone)
        resolve(message)
      })
    })
    if (!this.alive) throw new Error(`a process has ended that is asked "${ask}"`)
    this.tell({ id, ask, ...task })
    const { answer: given, error } = await answer
    if (error) throw new Error(error)
    return given
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.alive) this.child.kill(signal)
    await this.ended
  }
}

export type Node = {
  part: Part<NodeEvent>
  loaded: Promise<void>
  ready: Promise<void>
  /** Lets it begin that waits. */
  begin(): void
  isLoaded(): boolean
  isReady(): boolean
  ask<Name extends keyof NodeTasks>(
    name: Name,
    task: NodeTasks[Name]['task'],
  ): Promise<NodeTasks[Name]['answer']>
}

export type Smtp = {
  port: number
  behave(behaviour: SmtpBehaviour): Promise<void>
  report(): Promise<SmtpReport>
}

export class Stage {
  /** The ids of all mails that a node has told to be committed. */
  readonly committed = new Set<string>()
  /** The numbers of all alarms that a node has told to be accepted. */
  readonly taken = new Set<number>()
  private readonly children = new Set<Part<object>>()
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'latchkey-chaos-'))
  private settings: Record<string, string> = {}
  private pool: pg.Pool | undefined
  private server: Postgres | undefined
  private smtpServer: Smtp | undefined
  private standby: Smtp | undefined

  /** @param url a database to use, in place of one on a PostgreSQL of its own */
  static async open(database: 'postgres' | 'embedded', url?: string): Promise<Stage> {
    const stage = new Stage()
    process.once('exit', stage.onExit)
    try {
      stage.settings = {
        DATA_DIR: stage.folder,
        APP_KEYS: `k1:${randomBytes(32).toString('base64')}`,
        APP_URL: 'http://latchkey.test',
      }
      if (database === 'postgres') {
        if (!url) stage.server = await startPostgres({ durable: true })
        const connectionString = url ?? (await stage.postgres.create('chaos'))
        stage.settings.DATABASE_URL = connectionString
        stage.pool = new pg.Pool({ connectionString, max: 2 })
        stage.pool.on('error', () => {})
      }
      stage.smtpServer = await stage.startSmtp()
      return stage
    } catch (error) {
      await stage.close()
      throw error
    }
  }

  private readonly onExit = () => {
    for (const { child } of this.children) child.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  get smtp(): Smtp {
    if (!this.smtpServer) throw new Error('there is no SMTP server')
    return this.smtpServer
  }

  get postgres(): Postgres {
    if (!this.server) throw new Error('there is no PostgreSQL')
    return this.server
  }

  /** Asks PostgreSQL, past all nodes. */
  async sql<Row extends object>(text: string): Promise<Row[]> {
    if (!this.pool) throw new Error('there is no PostgreSQL')
    return (await this.pool.query<Row>(text)).rows
  }

  private start(
    program: string,
    role = '',
    execArgv: string[] = ['--import', 'tsx'],
    settings = {},
  ): Part<object> {
    const child = fork(fileURLToPath(new URL(program, import.meta.url)), role ? [role] : [], {
      execArgv,
      // Only what is named here: nothing of this shell changes what happens.
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        NODE_ENV: 'production',
        LOG_LEVEL: process.env.CHAOS_LOG || 'silent',
        ...settings,
      } as NodeJS.ProcessEnv,
      // To standard error, all of it.
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    const part = new Part<object>(child)
    this.children.add(part)
    void part.ended.then(() => this.children.delete(part))
    return part
  }

  /** Another SMTP server beside the first. */
  async startStandby(): Promise<Smtp> {
    this.standby = await this.startSmtp()
    return this.standby
  }

  /** What all SMTP servers have received, added up. */
  async receipts(): Promise<SmtpReport['receipts']> {
    const reports = await Promise.all([this.smtp.report(), ...(this.standby ? [this.standby.report()] : [])])
    const sums: SmtpReport['receipts'] = {}
    for (const [id, receipt] of reports.flatMap(({ receipts }) => Object.entries(receipts))) {
      const sum = sums[id]
      sums[id] = sum
        ? {
            complete: sum.complete + receipt.complete,
            accepted: sum.accepted + receipt.accepted,
            refused: sum.refused + receipt.refused,
            links: [...new Set([...sum.links, ...receipt.links])],
            recipients: [...new Set([...sum.recipients, ...receipt.recipients])],
            names: [...new Set([...sum.names, ...receipt.names])],
          }
        : receipt
    }
    return sums
  }

  private async startSmtp(): Promise<Smtp> {
    const part = this.start('./smtp-part.ts')
    const port = await new Promise<number>((resolve, reject) => {
      part.onEvent(event => resolve((event as { port: number }).port))
      void part.ended.then(how => reject(new Error(`the SMTP server ended with ${how}`)))
    })
    return {
      port,
      behave: async behaviour => void (await part.ask('behave', { behaviour })),
      report: () => part.ask('report') as Promise<SmtpReport>,
    }
  }

  /**
   * Starts a node: with a worker in it, one that only sends, or one that sends nothing.
   * @param clockAhead seconds that its clock is ahead
   * @param timeLapse how many times as fast time passes for it
   * @param waits it is loaded, and begins when it is told to
   */
  startNode(
    role: 'worker' | 'sender' | 'queues',
    { clockAhead = 0, timeLapse = 1, waits = false } = {},
  ): Node {
    const preload = (name: string) => ['--import', fileURLToPath(new URL(name, import.meta.url))]
    const execArgv = [
      '--import',
      'tsx',
      ...(clockAhead === 0 ? [] : preload('./clock-ahead.mjs')),
      ...(timeLapse === 1 ? [] : preload('./time-lapse.mjs')),
    ]
    const settings = {
      ...this.settings,
      CLOCK_AHEAD: String(clockAhead),
      TIME_LAPSE: String(timeLapse),
    }
    const part = this.start('./node-part.ts', role, execArgv, settings) as Part<NodeEvent>
    const loaded = milestone(part)
    const ready = milestone(part)
    const begin = () => part.tell({ begin: true })
    part.onEvent(event => {
      if ('ready' in event) ready.reach()
      else if ('loaded' in event) {
        loaded.reach()
        if (!waits) begin()
      } else if ('taken' in event) for (const number of event.taken) this.taken.add(number)
      else for (const id of event.committed) this.committed.add(id)
    })
    return {
      part,
      loaded: loaded.reached,
      ready: ready.reached,
      begin,
      isLoaded: () => loaded.done() && part.alive,
      isReady: () => ready.done() && part.alive,
      ask: (name, task) => part.ask(name, task) as never,
    }
  }

  /** Starts a web server with a worker in it, as `npm start` does. @param appUrl where its balancer is */
  startWeb(port: number, appUrl: string): Part<object> {
    const own = { PORT: String(port), APP_URL: appUrl, INBOX_SMTP_PORT: '0', TRUSTED_PROXIES: '127.0.0.1' }
    return this.start('../scripts/start.mjs', '', [], { ...this.settings, ...own })
  }

  async close(): Promise<void> {
    process.off('exit', this.onExit)
    await Promise.all([...this.children].map(part => part.kill()))
    await this.pool?.end().catch(() => {})
    await this.server?.stop()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Something that a process reaches once, or never. */
function milestone(part: Part<NodeEvent>) {
  let done = false
  let reach = () => {}
  const reached = new Promise<void>((resolve, reject) => {
    reach = () => {
      done = true
      resolve()
    }
    void part.ended.then(how => reject(new Error(`a node ended with ${how} before it was ready`)))
  })
  // Whoever kills it while it starts does not wait for it.
  reached.catch(() => {})
  return { reached, reach: () => reach(), done: () => done }
}
