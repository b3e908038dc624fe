// Runs what tenants have written (filters, mappings, templates) in a thread of its own. Each task is bounded in time and
// memory by the languages themselves; what they cannot bound, such as a regular expression, ends the thread, and with
// it nothing else: the others of the same call go on in a new one.
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { perProcess } from '@/lib/global'

type Template = { name: string; source: string; isHtml: boolean }

/** `input` is a place in the list of inputs. */
export type Task =
  | { kind: 'filter' | 'map'; expression: string; input: number }
  | {
      kind: 'render'
      templates: Template[]
      context: object
      /** By their names: those that HTML can show, and at which address */
      images?: Record<string, { address: string; size: number }>
    }
  | { kind: 'check'; expression?: string; templates?: Template[] }

type TaskProblem = 'too-slow' | 'too-large' | 'syntax' | 'failed'
export type TaskResult = {
  value?: boolean
  json?: string
  written?: Record<string, string>
  /** The names of images that it shows, or that a template that is checked writes out */
  images?: string[]
  /** An image that was left out, and why */
  left?: { problem: 'image-missing' | 'images-too-many'; detail: string }
  problem?: TaskProblem
  /** In which of the templates */
  where?: string
  detail?: string
}

export const sandboxLimits = {
  filterMilliseconds: 50,
  mapMilliseconds: 500,
  renderMilliseconds: 100,
  renderBytes: 256 * 1024,
  renderValues: 1_000_000,
  mapBytes: 4 * 1024 * 1024,
  images: 5,
  imageBytes: 500_000,
  template: 100_000,
  depth: 200,
  sequence: 20_000,
}

/** Nothing that bounds itself takes so long, not even on a busy machine; it is given a second chance all the same. */
const hardMilliseconds = 2_000
/** And to start a thread takes no longer than this. */
const startMilliseconds = 30_000
/** What has ended two threads is not run again for so long. */
const bannedMilliseconds = 5 * 60_000
/** Whoever has ended so many in one call waits with the rest of it for the next: others want to go on. */
const mostEnded = 4
/** The thread goes when nothing was run for so long. */
const idleMilliseconds = 60_000

type Thread = {
  worker: Worker
  at: Int32Array
  /** What the call in hand does with results, or with its end */
  hears: { results(more: TaskResult[]): void; end(): void } | null
}
type Held = {
  thread: Thread | null
  queue: Promise<unknown>
  banned: Map<string, { until: number; problem: TaskProblem }>
  idle?: NodeJS.Timeout
}
const held = perProcess<Held>('alarm-sandbox', () => ({
  thread: null,
  queue: Promise.resolve(),
  banned: new Map(),
}))

/** Runs tasks in their order. @returns a result for each */
export function runTasks(tasks: readonly Task[], inputs: readonly unknown[] = []): Promise<TaskResult[]> {
  const running = held.queue.then(() => run(tasks, inputs))
  held.queue = running.catch(() => {})
  return running
}

/** The only result of one task. */
export async function runTask(task: Task, input?: unknown): Promise<TaskResult> {
  const [result] = await runTasks([task], [input])
  return result ?? { problem: 'failed' }
}

async function run(tasks: readonly Task[], inputs: readonly unknown[]): Promise<TaskResult[]> {
  const results: TaskResult[] = []
  const chances = new Map<string, number>()
  let open = tasks.map((task, index) => ({ task, index }))
  for (let ended = 0; open.length > 0; ) {
    open = open.filter(({ task, index }) => {
      const ban = held.banned.get(banKey(task))
      const problem = ban && ban.until > Date.now() ? ban.problem : ended < mostEnded ? null : 'too-slow'
      if (problem) results[index] = { problem }
      return problem === null
    })
    const [first] = open
    if (!first) break
    const { done, killed, at } = await inThread(
      open.map(({ task }) => task),
      inputs,
    )
    for (const [place, { index }] of open.slice(0, done.length).entries())
      results[index] = done[place] as TaskResult
    const culprit = open[at]
    open = open.slice(done.length)
    if (!killed || !culprit) continue
    ended += 1
    const key = banKey(culprit.task)
    const tried = (chances.get(key) ?? 0) + 1
    chances.set(key, tried)
    if (tried < 2) continue
    if (held.banned.size > 1_000) held.banned.clear()
    held.banned.set(key, { until: Date.now() + bannedMilliseconds, problem: killed })
  }
  return results
}

const banKey = (task: Task): string =>
  task.kind === 'render'
    ? `render ${task.templates.map(({ source }) => source).join('\0')}`
    : `${task.kind} ${task.expression ?? ''}`

/** What is known to be done of the tasks, in their order, and which one has ended the thread, if so. */
function inThread(
  tasks: readonly Task[],
  inputs: readonly unknown[],
): Promise<{ done: TaskResult[]; killed?: TaskProblem; at: number }> {
  clearTimeout(held.idle)
  held.thread ??= startThread()
  const thread = held.thread
  const { worker, at } = thread
  return new Promise(resolve => {
    const done: TaskResult[] = []
    const before = Atomics.load(at, 1)
    let seen = before
    let since = Date.now()
    const watch = setInterval(() => {
      const count = Atomics.load(at, 1)
      if (count !== seen) {
        seen = count
        since = Date.now()
      } else if (Date.now() - since > (seen === before ? startMilliseconds : hardMilliseconds))
        finish('too-slow')
    }, 50)
    const finish = (killed?: TaskProblem) => {
      clearInterval(watch)
      thread.hears = null
      if (killed) {
        held.thread = null
        void worker.terminate()
      } else held.idle = setTimeout(endSandbox, idleMilliseconds).unref()
      resolve({ done, killed, at: Atomics.load(at, 0) })
    }
    thread.hears = {
      results(more) {
        done.push(...more)
        if (done.length === tasks.length) finish()
      },
      // Out of memory, mostly.
      end: () => finish('too-large'),
    }
    Atomics.store(at, 0, 0)
    worker.postMessage({ tasks, inputs })
  })
}

function startThread(): Thread {
  const progress = new SharedArrayBuffer(8)
  const file = path.join(process.cwd(), 'domain', 'alarms', 'sandbox-thread.mjs')
  const worker = new Worker(/* turbopackIgnore: true */ file, {
    workerData: { progress, limits: sandboxLimits },
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  })
  worker.unref()
  const thread: Thread = { worker, at: new Int32Array(progress), hears: null }
  const end = () => {
    if (held.thread === thread) held.thread = null
    thread.hears?.end()
  }
  worker.on('message', (results: TaskResult[]) => thread.hears?.results(results))
  worker.on('error', end)
  worker.on('exit', end)
  return thread
}

/** Ends the thread; the next task starts another. */
export async function endSandbox(): Promise<void> {
  const { thread } = held
  held.thread = null
  clearTimeout(held.idle)
  await thread?.worker.terminate()
}
