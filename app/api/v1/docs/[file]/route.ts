import { readFile } from 'node:fs/promises'
import path from 'node:path'

const types: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
}

/** The files of Swagger UI that the page of the API needs, and no others. */
export async function GET(_request: Request, { params }: { params: Promise<{ file: string }> }) {
  const { file } = await params
  const type = types[file]
  if (!type) return new Response(null, { status: 404 })
  const bytes = await readFile(path.join(process.cwd(), 'node_modules/swagger-ui-dist', file))
  return new Response(new Uint8Array(bytes), {
    headers: { 'Content-Type': type, 'Cache-Control': 'public, max-age=86400' },
  })
}
