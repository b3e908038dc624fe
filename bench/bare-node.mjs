// A baseline: the least that Node needs to answer over HTTP.
import { createServer } from 'node:http'

createServer((_request, response) => response.end('ok\n')).listen(Number(process.env.PORT), '127.0.0.1')
