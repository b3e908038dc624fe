import { z } from 'zod'
import { origin } from '@/app/auth'
import { noteOpened } from '@/domain/links/link-token'

const Opened = z.object({
  purpose: z.enum(['activation', 'password-reset', 'email-change']),
  token: z.string().min(1).max(200),
})

/** A landing page is shown in a browser. Whatever link that was, the answer is the same. */
export async function POST(request: Request) {
  const said = Opened.safeParse(await request.json().catch(() => null))
  if (said.success) await noteOpened(said.data.purpose, said.data.token, (await origin()).address)
  return new Response(null, { status: 204 })
}
