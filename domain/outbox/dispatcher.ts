// Leads due mails to the mail servers: which server, how many, and when to look again.
import { closeBreaker, takeProbe } from '@/domain/mail-server/breaker'
import { giveBack, isLimited, takeAllowance } from '@/domain/mail-server/limits'
import { db, sqlNow, transaction } from '@/lib/db'
import { log } from '@/lib/log'
import { type ClaimedMail, claimMails } from './claim'
import { Lanes } from './lanes'
import { Ledger } from './ledger'
import { wakeWaitingMails } from './outbound-mail'
import { isOpen, type Route, type Routes, readRoutes, wantsProbe } from './routes'
import { isWaiting } from './states'
import { endExpired } from './take-over'
import { deliverTest } from './test-delivery'

/** Without any sign a worker looks again after so long: retries fall due by the clock. */
const lookMilliseconds = 1_000
/** Rather than wait longer than this for the limits of one server, mail goes by the next one. */
const patienceMilliseconds = 5_000
/** Test mails that are claimed where nothing else can be. */
const testsAtOnce = 4

export class Dispatcher {
  readonly ledger: Ledger
  private readonly lanes = new Map<string, Lanes>()
  private readonly fullUntil = new Map<string, number>()
  private readonly probing = new Set<string>()
  private routes: Routes | null = null
  /** Whether something has changed since the routes were read. */
  private stale = false
  private wakeUp: () => void = () => {}
  private woken = false
  private hungry = false
  private stopping = false
  private running: Promise<void> | null = null
  /** Which part of each server's connections is ours. */
  private place = { number: 0, of: 1 }

  constructor(readonly workerId: string) {
    this.ledger = new Ledger(workerId)
  }

  /** Begins to work, until `stop`. */
  start(): void {
    this.running ??= this.run()
  }

  /** Something may have become due, or have changed. */
  wake(): void {
    this.woken = true
    this.wakeUp()
  }

  /** How many workers share the connections that a server allows, and which of them this is. */
  shareWith(number: number, of: number): void {
    if (number === this.place.number && of === this.place.of) return
    this.place = { number, of }
    // The lanes learn it with the next look at the routes.
    this.stale = true
  }

  /** Ends what is under way and puts back what is not; resolves when all is written down. */
  async stop(): Promise<void> {
    this.stopping = true
    this.wake()
    await this.running
    await Promise.all([...this.lanes.values()].map(lanes => lanes.stop()))
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.woken = false
      let more = false
      try {
        more = await this.work()
      } catch (error) {
        this.stale = true
        log.warn({ error: String(error) }, 'the outbox could not be read')
      }
      if (!more && !this.woken && !this.stopping) await this.rest()
    }
  }

  private rest(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, lookMilliseconds)
      this.wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Claims what there is room for. @returns whether there is more to claim at once */
  private async work(): Promise<boolean> {
    const routes = this.routes && !this.stale ? this.routes : await this.reload()
    if (routes.paused) {
      // Nobody tells when the pause has ended if the notice is lost.
      this.stale = true
      return false
    }
    this.probe(routes)
    const route = this.chosen(routes)
    const lanes = route && this.lanesFor(route)
    const room = lanes?.room ?? 0
    if (routes.servers.length === 0) await noteNoServer()
    const claimed = await (route && room > 0 ? this.claimFor(route, room) : this.claim(null, testsAtOnce))
    if (claimed === null) return this.outdated()
    this.hungry = false
    const mails = claimed.filter(mail => !this.takesTest(mail, routes))
    if (mails.length > 0) lanes?.add(mails)
    // Fewer than there was room for: if there are more, the lanes ask for them when they have sent these.
    return mails.length >= room && (lanes?.room ?? 0) > 0
  }

  /** Test mails go their own way, each through the version that it tests. */
  private takesTest(mail: ClaimedMail, { servers }: Routes): boolean {
    if (!mail.mailServerVersionId) return false
    void deliverTest(mail, servers[0]?.keys ?? [], this.ledger).finally(() => this.wake())
    return true
  }

  private outdated(): boolean {
    this.stale = true
    return true
  }

  private async reload(): Promise<Routes> {
    this.stale = false
    // Perhaps it was the limits that changed.
    this.fullUntil.clear()
    const routes = await readRoutes()
    this.routes = routes
    const inForce = new Set(routes.servers.map(({ version }) => version.id))
    for (const [id, lanes] of this.lanes)
      if (!inForce.has(id)) {
        this.lanes.delete(id)
        void lanes.stop()
      }
    for (const route of routes.servers) this.lanes.get(route.version.id)?.update(route, this.shareOf(route))
    return routes
  }

  private shareOf({ server }: Route): number {
    const { number, of } = this.place
    return Math.floor(server.maxConnections / of) + (number < server.maxConnections % of ? 1 : 0)
  }

  private lanesFor(route: Route): Lanes {
    const known = this.lanes.get(route.version.id)
    if (known) return known
    const lanes = new Lanes(route, this.shareOf(route), this.ledger, {
      hungry: () => {
        // Once is enough: all lanes say so, one after the other.
        if (this.hungry || lanes.room === 0) return
        this.hungry = true
        this.wake()
      },
      troubled: () => {
        this.stale = true
        this.wake()
      },
      elsewhere: () =>
        this.routes?.servers.some(other => other.server.id !== route.server.id && isOpen(other)) ?? false,
    })
    this.lanes.set(route.version.id, lanes)
    return lanes
  }

  /** The first server that takes mail now. One that has used up its limits is passed over only if that lasts. */
  private chosen({ servers }: Routes): Route | null {
    const wait = ({ server }: Route) => (this.fullUntil.get(server.id) ?? 0) - Date.now()
    const route = servers.find(one => isOpen(one) && wait(one) < patienceMilliseconds)
    return route && wait(route) <= 0 ? route : null
  }

  private async claimFor(route: Route, wanted: number): Promise<ClaimedMail[] | null> {
    const { server, version } = route
    const limited = isLimited(server)
    const { granted, waits } = limited
      ? await takeAllowance(server.id, server, wanted)
      : { granted: wanted, waits: 0 }
    const claimed = granted > 0 ? await this.claim(version, granted) : []
    const used = claimed?.length ?? 0
    if (used < granted && limited) await giveBack(server.id, granted - used)
    // Only what was really used up makes anybody wait.
    if (waits > 0 && used === granted) {
      this.fullUntil.set(server.id, Date.now() + waits)
      setTimeout(() => this.wake(), Math.min(waits, patienceMilliseconds)).unref()
    }
    return claimed
  }

  private async claim(version: Route['version'] | null, limit: number): Promise<ClaimedMail[] | null> {
    const mails = await claimMails({
      workerId: this.workerId,
      revision: this.routes?.revision ?? -1,
      version,
      limit,
    })
    for (const { id } of mails ?? []) this.ledger.inHand.add(id)
    return mails
  }

  /** Sees whether servers work again whose breaker is open. One worker does so for all. */
  private probe(routes: Routes): void {
    for (const route of routes.servers) {
      const { id } = route.server
      if (!wantsProbe(route, routes) || this.probing.has(id)) continue
      this.probing.add(id)
      void (async () => {
        if ((await takeProbe(id)) && (await this.lanesFor(route).probe())) await transaction(wakeWaitingMails)
      })()
        .catch(error => log.warn({ error: String(error) }, 'a probe broke off'))
        .finally(() => {
          this.probing.delete(id)
          this.stale = true
          this.wake()
        })
    }
  }

  /**
   * For tests: makes one attempt at each of these mails, due or not, through the first server that is not
   * paused whether its breaker is open or not, one after the other.
   */
  async attempt(only: string[]): Promise<void> {
    await endExpired()
    const routes = await readRoutes()
    this.routes = routes
    if (routes.paused) return
    const [route] = routes.servers.filter(({ server }) => !server.pausedAt)
    if (!route && (await noteNoServer()) >= 0) return
    if (!route) return
    await closeBreaker(route.server.id, false)
    this.routes = await readRoutes()
    const lanes = this.lanesFor(route)
    const mails = await claimMails({
      workerId: this.workerId,
      revision: this.routes.revision,
      version: route.version,
      limit: only.length,
      only,
    })
    for (const mail of mails ?? []) {
      lanes.add([mail])
      await lanes.finish()
      lanes.update(route, 1)
    }
    await lanes.stop()
  }
}

/** While there is no server at all, the mails that wait say so. */
const noteNoServer = (): Promise<number> => db().$executeRaw`
  UPDATE "OutboundMail" SET state = 'deferred', cause = 'no-mail-server'
  WHERE id IN (SELECT id FROM "OutboundMail" WHERE ${isWaiting} AND rank > 0 AND "dueAt" <= ${sqlNow()}
    AND cause IS DISTINCT FROM 'no-mail-server' LIMIT 1000 FOR UPDATE SKIP LOCKED)`
