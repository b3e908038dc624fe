import { messagesFor } from '@/lib/i18n/locales'

/** The description of the API to read and to try: Swagger UI, from its package. */
export async function GET(request: Request) {
  const nonce = request.headers.get('x-nonce') ?? ''
  const { api } = (await messagesFor('en')) as { api: Record<'title' | 'needsScript', string> }
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${api.title}</title><link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/api/v1/docs/swagger-ui.css">
<style>body{margin:0;background:#fff}.swagger-ui .topbar{display:none}</style></head>
<body><noscript><p style="font:1rem system-ui;margin:2rem">${api.needsScript} <a href="/api/v1/openapi.json">/api/v1/openapi.json</a></p></noscript>
<div id="docs"></div>
<script nonce="${nonce}" src="/api/v1/docs/swagger-ui-bundle.js"></script>
<script nonce="${nonce}">SwaggerUIBundle({url:'/api/v1/openapi.json',dom_id:'#docs',deepLinking:true,validatorUrl:null,defaultModelsExpandDepth:0})</script>
</body></html>`
  return new Response(html, {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' },
  })
}
