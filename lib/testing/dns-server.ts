// A DNS server on loopback (UDP and, for long answers, TCP), with zones as a plain object.
import dgram from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import net from 'node:net'
import { type Answer, decode, encode, type Packet, streamDecode, streamEncode } from 'dns-packet'

export type Records = {
  TXT?: string[]
  MX?: [number, string][]
  A?: string[]
  AAAA?: string[]
  PTR?: string[]
  /** Priority, weight, port and target; the target `.` says that the service is not offered (RFC 2782). */
  SRV?: [number, number, number, string][]
}

/** `silent` never answers, `lame` refuses as a server that is not responsible, `servfail` has failed itself. */
type Behaviour = 'silent' | 'servfail' | 'lame'

/** By name, without the last dot. What is not in here does not exist; what is below it is no empty name. */
export type Zone = Record<string, Records | Behaviour>

export type DnsServer = {
  /** @param options.timeout in milliseconds, for a server that is silent */
  resolver(options?: { timeout?: number }): Resolver
  zone: Zone
  close(): Promise<void>
}

/** @param zone may be changed while the server runs */
export async function startDnsServer(zone: Zone = {}): Promise<DnsServer> {
  const server = { zone }
  const udp = dgram.createSocket('udp4')
  udp.on('message', (message, from) => {
    const reply = answer(server.zone, decode(message))
    if (!reply) return
    const whole = encode(reply)
    const fits = whole.length <= 512
    udp.send(
      fits ? whole : encode({ ...reply, answers: [], flags: reply.flags! | truncated }),
      from.port,
      from.address,
    )
  })
  const tcp = net.createServer(socket => {
    const parts: Buffer[] = []
    socket.on('error', () => socket.destroy())
    socket.on('data', part => {
      parts.push(part)
      const all = Buffer.concat(parts)
      if (all.length < 2 || all.length < 2 + all.readUInt16BE(0)) return
      parts.length = 0
      const reply = answer(server.zone, streamDecode(all))
      if (reply) socket.write(streamEncode(reply))
    })
  })
  const port = await listenOnBoth(tcp, udp)
  return {
    get zone() {
      return server.zone
    },
    set zone(changed) {
      server.zone = changed
    },
    resolver({ timeout } = {}) {
      // On a busy machine an answer may take its time: it is asked for again.
      const resolver = new Resolver(timeout ? { timeout, tries: 1 } : { timeout: 500, tries: 5 })
      resolver.setServers([`127.0.0.1:${port}`])
      return resolver
    },
    async close() {
      udp.close()
      tcp.close()
      await once(tcp, 'close')
    },
  }
}

/** The same port for both: one that is free for the one may be taken for the other. */
async function listenOnBoth(tcp: net.Server, udp: dgram.Socket): Promise<number> {
  for (let tries = 1; ; tries++) {
    tcp.listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const { port } = tcp.address() as net.AddressInfo
    udp.bind(port, '127.0.0.1')
    try {
      await once(udp, 'listening')
      return port
    } catch (error) {
      if (tries === 10) throw error
      tcp.close()
      await once(tcp, 'close')
    }
  }
}

const truncated = 1 << 9
const codes = { servfail: 2, nxdomain: 3, lame: 5 }

function answer(zone: Zone, query: Packet): Packet | null {
  const [question] = query.questions ?? []
  const name = question?.name.toLowerCase() ?? ''
  const entry = zone[name]
  if (!question || entry === 'silent') return null
  const reply = (code: number, answers: Answer[] = []): Packet => ({
    type: 'response',
    id: query.id,
    // Recursion was asked for, and is available.
    flags: (1 << 8) | (1 << 7) | code,
    questions: [question],
    answers,
  })
  if (typeof entry === 'string') return reply(codes[entry])
  if (!entry) return reply(codes.nxdomain)
  const common = { name: question.name, ttl: 60 } as const
  switch (question.type) {
    case 'TXT':
      return reply(
        0,
        (entry.TXT ?? []).map(text => ({ ...common, type: 'TXT', data: strings(text) })),
      )
    case 'MX':
      return reply(
        0,
        (entry.MX ?? []).map(([preference, exchange]) => ({
          ...common,
          type: 'MX',
          data: { preference, exchange },
        })),
      )
    case 'SRV':
      return reply(
        0,
        (entry.SRV ?? []).map(([priority, weight, port, target]) => ({
          ...common,
          type: 'SRV',
          data: { priority, weight, port, target },
        })),
      )
    case 'A':
    case 'AAAA':
    case 'PTR': {
      const { type } = question
      return reply(
        0,
        (entry[type] ?? []).map(data => ({ ...common, type, data })),
      )
    }
    default:
      return reply(0)
  }
}

const strings = (text: string) => text.match(/.{1,255}/gs) ?? ['']
