/** Alive: this process answers. */
export const GET = () => new Response('ok\n', { headers: { 'Content-Type': 'text/plain' } })
export const dynamic = 'force-dynamic'
