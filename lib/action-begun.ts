// Whether the action that a request asks for has begun to run. What fails before that is a body that cannot be
// read as its arguments, which only Next and React can tell.
import { AsyncLocalStorage } from 'node:async_hooks'
import { perProcess } from './global'

export type Asking = { begun: boolean }

const asking = perProcess('asking', () => new AsyncLocalStorage<Asking>())

/** Hands a request on, and learns in `request` whether its action begins. */
export const whileAsking = (request: Asking, handOn: () => void): void => asking.run(request, handOn)

/** The arguments of the action of this request could be read. */
export function actionBegins(): void {
  const request = asking.getStore()
  if (request) request.begun = true
}
