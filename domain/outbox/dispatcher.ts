// Leads due mails to the mail servers: which server, how many, and when to look again.
import { takeProbe } from '@/domain/mail-server/breaker'
import { giveBack, isLimited, takeAllowance } from '@/domain/mail-server/limits'
import { db, sqlNow, transaction } from '@/lib/db'
import { log } from '@/lib/log'
import { type ClaimedMail, claimMails, countDue } from './claim'
import { Lanes } from './lanes'
import { Ledger } from './ledger'
import { isOpen, type Route, type Routes, readRoutes, wantsProbe } from './routes'
import { isWaiting } from './states'
import { deliverTest } from './test-delivery'
import { makeDue, wakeWaitingMails } from './waking'

/** Without any sign a worker looks again after so long: retries fall due by the clock. */
const lookMilliseconds = 1_000
/** Rather than wait longer than this for the limits of one server, mail goes by the next one. */
const patienceMilliseconds = 5_000
/** A server whose limits are used up is asked again after so long: another worker may have given back. */
const askAgainMilliseconds = 2_000
/** Test mails that are claimed where nothing else can be. */
const testsAtOnce = 4

export class Dispatcher {
  readonly ledger: Ledger
  private readonly lanes = new Map<string, Lanes>()
  /** Servers whose limits are used up: until when as it looks, and when to ask again */
  private readonly full = new Map<string, { until: number; askAt: number }>()
  /** Lanes of versions that are not in force any more, as long as something is under way there */
  private readonly ending = new Set<Promise<void>>()
  private readonly tests = new Set<Promise<void>>()
  private waking: Promise<void> | null = null
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
    const lanes = [...this.lanes.values()].map(lanes => lanes.stop())
    await Promise.all([...this.ending, ...this.tests, this.waking, ...lanes])
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
    if (routes.waking) this.makeDue()
    this.probe(routes)
    const route = this.chosen(routes)
    const lanes = route && this.lanesFor(route)
    const room = lanes?.room ?? 0
    if (routes.servers.length === 0) await noteNoServer()
    const claimed = await (route && room > 0 ? this.claimFor(route, room) : this.claim(null, testsAtOnce))
    if (claimed === null) return this.outdated()
    if (claimed === 'full') return true
    this.hungry = false
    const mails = claimed.filter(mail => !this.takesTest(mail, routes))
    if (mails.length > 0) lanes?.add(mails)
    // Fewer than there was room for: if there are more, the lanes ask for them when they have sent these.
    return mails.length >= room && (lanes?.room ?? 0) > 0
  }

  /** Test mails go their own way, each through the version that it tests. */
  private takesTest(mail: ClaimedMail, { servers }: Routes): boolean {
    if (!mail.mailServerVersionId) return false
    const test = deliverTest(mail, servers[0]?.keys ?? [], this.ledger).finally(() => {
      this.tests.delete(test)
      this.wake()
    })
    this.tests.add(test)
    return true
  }

  private outdated(): boolean {
    this.stale = true
    return true
  }

  private async reload(): Promise<Routes> {
    this.stale = false
    // Perhaps it was the limits that changed.
    this.full.clear()
    const routes = await readRoutes()
    this.routes = routes
    const inForce = new Set(routes.servers.map(({ version }) => version.id))
    for (const [id, lanes] of this.lanes)
      if (!inForce.has(id)) {
        this.lanes.delete(id)
        const ending = lanes.stop().finally(() => this.ending.delete(ending))
        this.ending.add(ending)
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

  /**
   * The first server that takes mail now. One that has used up its limits is passed over only if that lasts, and
   * one that is on trial while it is at it.
   */
  private chosen({ servers }: Routes): Route | null {
    for (const route of servers.filter(isOpen)) {
      const full = this.full.get(route.server.id)
      if (full && full.askAt > Date.now()) {
        if (full.until - Date.now() < patienceMilliseconds) return null
        continue
      }
      const lanes = this.lanesFor(route)
      if (!lanes.onTrial || lanes.room > 0) return route
    }
    return null
  }

  /** Takes no more out of the limits than there are mails for it: others have some too. */
  private async claimFor(route: Route, room: number): Promise<ClaimedMail[] | 'full' | null> {
    const { server, version } = route
    if (!isLimited(server)) return this.claim(version, room)
    // Where there is nothing to do, the claim still tells whether the routes are up to date.
    const wanted = await countDue(room)
    if (wanted === 0) return this.claim(null, testsAtOnce)
    const { granted, waits, takenAt } = await takeAllowance(server.id, server, wanted)
    if (granted < wanted) {
      const askAt = Date.now() + Math.min(waits, askAgainMilliseconds)
      this.full.set(server.id, { until: Date.now() + waits, askAt })
      setTimeout(() => this.wake(), askAt - Date.now()).unref()
    }
    if (granted === 0) return 'full'
    const claimed = await this.claim(version, granted)
    const used = claimed?.length ?? 0
    if (used < granted) {
      await giveBack(server.id, Array(granted - used).fill(takenAt))
      this.full.delete(server.id)
    }
    return claimed?.map(mail => ({ ...mail, takenAt })) ?? null
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

  /** Makes the mails due that wait for a server which works again. */
  makeDue(): void {
    this.waking ??= makeDue(() => !this.stopping)
      .then(() => {})
      .catch(error => log.warn({ error: String(error) }, 'waiting mails could not be made due'))
      .finally(() => {
        this.waking = null
        this.stale = true
      })
  }
}

/** While there is no server at all, the mails that wait say so; except those of which there is more to say. */
export const noteNoServer = (): Promise<number> => db().$executeRaw`
  UPDATE "OutboundMail" SET state = 'deferred', cause = 'no-mail-server'
  WHERE id IN (SELECT id FROM "OutboundMail" WHERE ${isWaiting} AND state <> 'uncertain' AND rank > 0 AND "dueAt" <= ${sqlNow()}
    AND cause IS DISTINCT FROM 'no-mail-server' LIMIT 1000 FOR UPDATE SKIP LOCKED)`
