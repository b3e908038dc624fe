// A baseline: Next with its own server around it and nothing else. It serves the build in the working folder.
import { createServer } from 'node:http'
import next from 'next'

const port = Number(process.env.PORT)
const app = next({ dev: false, dir: process.cwd(), hostname: '127.0.0.1', port })
await app.prepare()
createServer(app.getRequestHandler()).listen(port, '127.0.0.1')
