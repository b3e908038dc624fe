// A process through which another port of this machine seems far away: every byte takes half of the round trip
// each way. Arguments: the port, and the round trip in milliseconds.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

const [port = 0, roundTrip = 0] = process.argv.slice(2).map(Number)

const server = createServer(near => {
  const far = connect(port, '127.0.0.1')
  pass(near, far)
  pass(far, near)
}).listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

function pass(from: Socket, to: Socket): void {
  const later = (work: () => void) => setTimeout(work, roundTrip / 2)
  from.setNoDelay(true)
  from.on('error', () => to.destroy())
  from.on('data', bytes => later(() => to.write(bytes)))
  from.on('end', () => later(() => to.end()))
}

process.on('disconnect', () => process.exit())
