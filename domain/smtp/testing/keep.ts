import { onTestFinished } from 'vitest'

/** Waits for a server that a test starts, and closes it when the test is over. */
export async function keep<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting
  onTestFinished(() => server.close())
  return server
}
