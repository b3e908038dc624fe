import { logoImage } from '@/domain/settings/logo'

/** Of it alone, whatever somebody makes of its address: it shows, and does nothing. */
const harmless = {
  'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** The logo of the installation. Its address names what it shows (`?v=`), so that browsers ask for it once. */
export async function GET(request: Request) {
  const logo = await logoImage()
  if (!logo) return new Response(null, { status: 404, headers: harmless })
  const named = new URL(request.url).searchParams.get('v') === logo.hash
  const headers = {
    ...harmless,
    ETag: `"${logo.hash}"`,
    'Cache-Control': named ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
  const known = request.headers.get('if-none-match')?.split(',') ?? []
  if (known.some(tag => ['*', headers.ETag].includes(tag.trim().replace(/^W\//, ''))))
    return new Response(null, { status: 304, headers })
  return new Response(logo.image, { headers: { ...headers, 'Content-Type': logo.type } })
}
