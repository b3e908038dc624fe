// What the API can do, described once: the same schemas check what comes in and make the description of it.
import type { z } from 'zod'
import type { Scope } from '@/domain/api-keys/scopes'
import type { Viewer } from '@/domain/viewer'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What an operation is called with. */
export type Call<Query, Body> = {
  viewer: Viewer
  /** The parts of the path that stand in braces */
  params: Record<string, string>
  query: Query
  body: Body
  /** What `read` of the operation gave when its state was asked for with `If-Match` */
  seen: unknown
}

export type Answer = { status?: number; body?: unknown; headers?: Record<string, string> }

type Declared<Query extends z.ZodType, Body extends z.ZodType> = {
  id: string
  method: Method
  /** Below `/api/v1`, for example `/users/{id}` */
  path: string
  tag: string
  summary: string
  description?: string
  /** What the key must be allowed to do */
  scope: Scope
  query?: Query
  body?: Body
  /** Without one, nothing is asked */
  optionalBody?: boolean
  /** Media types beside `application/json` that hold JSON */
  mediaTypes?: readonly string[]
  /** How it ends when it is done: 200 unless it is said */
  status?: number
  answer?: z.ZodType
  /** What the resource is now: `If-Match` is held against it */
  read?: (viewer: Viewer, id: string) => Promise<unknown>
  /** Codes of refusals, beside those that every operation has */
  refusals?: readonly string[]
  /** What comes is looked at by the operation itself, item by item */
  looksItself?: boolean
  run(call: Call<z.output<Query>, z.output<Body>>): Promise<Answer>
}

export type Operation = Omit<Declared<z.ZodType, z.ZodType>, 'run'> & {
  run(call: Call<unknown, unknown>): Promise<Answer>
}

/** Describes an operation. */
export const operation = <Query extends z.ZodType = z.ZodUndefined, Body extends z.ZodType = z.ZodUndefined>(
  declared: Declared<Query, Body>,
): Operation => declared as unknown as Operation
