import { env } from '@/lib/env'
import { describeApi } from '../_framework/openapi'

let description: string | undefined

/** The description of the API, for anybody: it says nothing about this installation but its address. */
export function GET() {
  description ??= JSON.stringify(describeApi(env().appUrl))
  return new Response(description, {
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' },
  })
}
