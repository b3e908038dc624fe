// Processes for tests: started with TypeScript as it is, killed when the test is over.
import { spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { until } from '@/lib/testing/until'

export type TestProcess = {
  pid: number
  /** Everything it wrote so far */
  said(): string
  /** Resolves when it is ready; rejects with what it said if it ends before. */
  ready(): Promise<void>
  kill(signal: NodeJS.Signals): Promise<void>
  /** Its exit code, once it has ended */
  ended: Promise<number | null>
}

/** Starts the worker of `worker-process.ts` with these settings and no others. */
export function startWorkerProcess(settings: Record<string, string>): TestProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/testing/worker-process.ts'], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', LOG_LEVEL: 'trace', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk.toString()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number | null>(resolve => child.once('close', code => resolve(code)))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    pid: child.pid ?? 0,
    said: () => said,
    ended,
    async ready() {
      await until(() => said.includes('ready\n') || child.exitCode !== null, 40)
      if (!said.includes('ready\n')) throw new Error(said)
    },
    async kill(signal) {
      child.kill(signal)
      await ended
    },
  }
}
