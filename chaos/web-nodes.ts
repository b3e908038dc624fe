// Web servers behind a balancer are killed one after the other, at any moment: pages keep answering, at most what is
// under way at the one that dies fails, and every mail goes out. No session sticks to a node.
import { request as ask, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { freePort } from '@/e2e/fixtures/app'
import { during, left, openOffice, scenario } from './reckoning'
import type { Part, Stage } from './stage'

export const webNodes = scenario('web-nodes', 'postgres', async ({ stage, sql, small, begin }) => {
  const office = await openOffice(stage)
  const balancer = await Balancer.open(stage, small ? 2 : 3)
  try {
    await balancer.allReady()
    begin()
    await office.ask('keepQueueing', { each: 5, pause: small ? 100 : 20 })
    const visitors = new Visitors(balancer.url)
    const visiting = visitors.go(small ? 4 : 8)
    const wanted = small ? 2 : 20
    await during(small ? 60 : 300, small ? 500 : 700, async () => {
      await balancer.killOne()
      return balancer.kills >= wanted
    })
    await balancer.allReady()
    visitors.enough = true
    await visiting
    await office.ask('stopQueueing', {})
    const finished = await during(120, 500, async () => (await left(sql).catch(() => 1)) === 0)
    const { answered, failed, wrong } = visitors
    const broken: string[] = []
    if (wrong.length > 0) broken.push(`${wrong.length} answers were wrong (${wrong[0]})`)
    if (failed > balancer.struck)
      broken.push(`${failed} requests failed, and only ${balancer.struck} were under way at a node that died`)
    if (balancer.kills < wanted) broken.push(`only ${balancer.kills} nodes were killed: that proves nothing`)
    if (answered < 50) broken.push(`only ${answered} requests were answered: that proves nothing`)
    return {
      finished,
      broken,
      more: { requests: answered + failed, failed, underWay: balancer.struck, kills: balancer.kills },
    }
  } finally {
    await balancer.close()
  }
})

/** People without an account and with one, who ask for pages and send forms; each request goes to the next node. */
class Visitors {
  enough = false
  answered = 0
  failed = 0
  readonly wrong: string[] = []
  private turn = 0

  constructor(private readonly url: string) {}

  async go(atATime: number): Promise<void> {
    await Promise.all(
      Array.from({ length: atATime }, async () => {
        while (!this.enough) await this.visit()
      }),
    )
  }

  private async visit(): Promise<void> {
    this.turn += 1
    const { turn } = this
    const posts = turn % 2 === 0
    try {
      const response = posts
        ? await fetch(`${this.url}/forgot-password`, {
            method: 'POST',
            headers: {
              origin: this.url,
              'x-forwarded-for': `10.${(turn >> 16) & 255}.${(turn >> 8) & 255}.${turn & 255}`,
            },
            body: new URLSearchParams({ email: `nobody.${turn}@example.org` }),
          })
        : await fetch(`${this.url}/login`)
      const text = await response.text()
      this.answered += 1
      const right = posts
        ? text.includes('If that address has an account')
        : text.includes('Forgot password?')
      if (response.status !== 200 || !right) this.wrong.push(`${response.status} for request ${turn}`)
    } catch {
      this.failed += 1
    }
  }
}

type WebNode = { port: number; part: Part<object>; ready: boolean; underWay: number; dead: boolean }

/**
 * Takes turns among the nodes that say they are ready. One that cannot be connected to is passed over; what it had been
 * given is lost, as with any balancer that does not know whether it may ask twice.
 */
class Balancer {
  url = ''
  kills = 0
  /** How many requests were under way at nodes when they were killed */
  struck = 0
  private nodes: WebNode[] = []
  private turn = 0
  private closing = false
  private readonly server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', () => pass(this.nodes.length))
    const pass = (tries: number): void => {
      const ready = this.nodes.filter(node => node.ready)
      const node = ready[this.turn++ % Math.max(1, ready.length)]
      if (!node || tries === 0) return void outgoing.destroy()
      node.underWay += 1
      const onward = ask(
        {
          host: '127.0.0.1',
          port: node.port,
          method: incoming.method,
          path: incoming.url,
          headers: incoming.headers,
          agent: false,
        },
        answer => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
          answer.on('error', () => outgoing.destroy())
          answer.on('close', () => {
            node.underWay -= 1
            if (!answer.complete) outgoing.destroy()
          })
        },
      )
      onward.on('error', (error: NodeJS.ErrnoException) => {
        node.underWay -= 1
        if (error.code === 'ECONNREFUSED') {
          node.ready = false
          return pass(tries - 1)
        }
        outgoing.destroy()
      })
      onward.end(Buffer.concat(chunks))
    }
  })

  static async open(stage: Stage, count: number): Promise<Balancer> {
    const balancer = new Balancer(stage)
    await new Promise<void>(resolve => balancer.server.listen(0, '127.0.0.1', resolve))
    balancer.url = `http://localhost:${(balancer.server.address() as AddressInfo).port}`
    for (let number = 0; number < count; number++) await balancer.add()
    return balancer
  }

  private constructor(private readonly stage: Stage) {}

  private async add(): Promise<void> {
    const port = await freePort()
    const part = this.stage.startWeb(port, this.url)
    const node: WebNode = { port, part, ready: false, underWay: 0, dead: false }
    this.nodes.push(node)
    void during(60, 100, async () => {
      if (node.dead || this.closing) return true
      const response = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null)
      await response?.arrayBuffer()
      node.ready = response?.status === 200
      return node.ready
    })
  }

  async allReady(): Promise<void> {
    if (!(await during(90, 100, async () => this.nodes.every(node => node.ready))))
      throw new Error('a web server is not ready after 90 s')
  }

  /** Kills one while at least one other answers, and starts another in its place. */
  async killOne(): Promise<void> {
    const ready = this.nodes.filter(node => node.ready)
    const node = ready[this.kills % ready.length]
    if (!node || ready.length < 2) return
    this.kills += 1
    node.dead = true
    this.struck += node.underWay
    node.ready = false
    await node.part.kill()
    this.nodes = this.nodes.filter(one => one !== node)
    await this.add()
  }

  async close(): Promise<void> {
    this.closing = true
    await Promise.all(this.nodes.map(node => node.part.kill()))
    this.server.closeAllConnections()
    this.server.close()
  }
}
