import { offerPasskey } from '../../offer-passkey'

/** The script of the sign-in page for browsers that can offer passkeys where the address is typed. */
export const GET = () =>
  new Response(`(${offerPasskey})()`, {
    headers: { 'Content-Type': 'text/javascript; charset=utf-8', 'Cache-Control': 'private, max-age=600' },
  })
