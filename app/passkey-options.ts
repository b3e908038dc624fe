import { Refusal } from '@/lib/refusal'

/** Options of a ceremony with a passkey for the script of a page; where they are refused, the page is to be loaded again. */
export async function passkeyOptionsAnswer(make: () => Promise<object>): Promise<Response> {
  const headers = { 'Cache-Control': 'no-store' }
  try {
    return Response.json(await make(), { headers })
  } catch (error) {
    if (error instanceof Refusal) return new Response(null, { status: 403, headers })
    throw error
  }
}
