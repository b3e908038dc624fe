/** Of it alone, whatever somebody makes of its address: it shows, and does nothing. */
const harmless = {
  'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

type Image = { hash: string; type: string; image: Uint8Array<ArrayBuffer> }

/** Answers with an image that somebody has uploaded; null for none. @param lasting how long a browser may keep it */
export function imageAnswer(request: Request, image: Image | null, lasting: string): Response {
  if (!image) return new Response(null, { status: 404, headers: harmless })
  const headers = { ...harmless, ETag: `"${image.hash}"`, 'Cache-Control': lasting }
  const known = request.headers.get('if-none-match')?.split(',') ?? []
  if (known.some(tag => ['*', headers.ETag].includes(tag.trim().replace(/^W\//, ''))))
    return new Response(null, { status: 304, headers })
  return new Response(image.image, { headers: { ...headers, 'Content-Type': image.type } })
}
