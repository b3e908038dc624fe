// The mail servers of one carrier, of the installation or of a tenant, in their order: which one takes mail now, how
// many, and whether those in trouble work again. What one fleet meets holds up no other.
import { takeProbe } from '@/domain/mail-server/breaker'
import { giveBack, isLimited, takeAllowance } from '@/domain/mail-server/limits'
import { transaction } from '@/lib/db'
import { log } from '@/lib/log'
import { type ClaimedMail, claimMails, countDue, countOwnDue } from './claim'
import { Lanes } from './lanes'
import type { Ledger } from './ledger'
import { isOpen, type Route, type Routes, wantsProbe } from './routes'
import { wakeWaitingMails } from './waking'

/** Rather than wait longer than this for the limits of one server, mail goes by the next one. */
const patienceMilliseconds = 5_000
/** A server whose limits are used up is asked again after so long: another worker may have given back. */
const askAgainMilliseconds = 2_000
/** Test mails that are claimed where nothing else can be. */
const testsAtOnce = 4

/** What a fleet has of its worker. */
export type Crew = {
  workerId: string
  ledger: Ledger
  /** Which part of each server's connections is ours. */
  place(): { number: number; of: number }
  /** Something may have become due */
  wake(): void
  /** The routes are no longer as they were */
  outdated(): void
  /** Delivers a test mail, which goes its own way */
  test(mail: ClaimedMail): void
}

/** `outdated`: the routes are. `full`: the server's limits are used up. */
export type Fed = { more: boolean } | 'outdated' | 'full'

export class Fleet {
  private readonly lanes = new Map<string, Lanes>()
  /** Servers whose limits are used up: until when as it looks, and when to ask again */
  private readonly full = new Map<string, { until: number; askAt: number }>()
  /** Lanes of versions that are not in force any more, as long as something is under way there */
  private readonly ending = new Set<Promise<void>>()
  private readonly probing = new Set<string>()
  private servers: Route[] = []
  private fallsBack = false
  private hungry = false

  /** @param tenantId whose they are; null for the installation */
  constructor(
    readonly tenantId: string | null,
    private readonly crew: Crew,
  ) {}

  /** Goes by what stands in the database now. @param fallsBack whether another fleet takes mail that none here does */
  update(servers: Route[], fallsBack = false): void {
    this.servers = servers
    this.fallsBack = fallsBack
    // Perhaps it was the limits that changed.
    this.full.clear()
    const inForce = new Set(servers.map(({ version }) => version.id))
    for (const [id, lanes] of this.lanes) if (!inForce.has(id)) this.end(id, lanes)
    for (const route of servers) this.lanes.get(route.version.id)?.update(route, this.shareOf(route))
  }

  /** How many connections there are, or are being opened. */
  get open(): number {
    return [...this.lanes.values()].reduce((sum, lanes) => sum + lanes.open, 0)
  }

  /** Whether there is nothing under way. */
  get rests(): boolean {
    return [...this.lanes.values()].every(lanes => lanes.rests)
  }

  /** Claims what there is room for. @param tests whether test mails may be among what is due */
  async feed(routes: Routes, tests = true): Promise<Fed> {
    const route = this.chosen()
    const lanes = route && this.lanesFor(route)
    const room = lanes?.room ?? 0
    if (!tests && room === 0) return { more: false }
    const claimed = await (route && room > 0
      ? this.claimFor(route, room, routes)
      : this.claim(null, testsAtOnce, routes))
    if (claimed === null) return 'outdated'
    if (claimed === 'full') return 'full'
    this.hungry = false
    const mails = claimed.filter(({ mailServerVersionId }) => !mailServerVersionId)
    if (mails.length > 0) lanes?.add(mails)
    for (const mail of claimed) if (mail.mailServerVersionId) this.crew.test(mail)
    // Fewer than there was room for: if there are more, the lanes ask for them when they have sent these.
    return {
      more: mails.length >= room && (lanes?.room ?? 0) > 0,
    }
  }

  /** Sees whether servers work again whose breaker is open, so many at most. One worker does so for all. @returns how many */
  probe(routes: Routes, most: number): number {
    const due = this.servers.filter(route => wantsProbe(route, routes) && !this.probing.has(route.server.id))
    for (const route of due.slice(0, most)) void this.probeOne(route)
    return Math.min(due.length, most)
  }

  /** How many servers are being probed. */
  get probes(): number {
    return this.probing.size
  }

  /** Hangs up where there is nothing to do: others want connections. */
  rest(): void {
    for (const [id, lanes] of this.lanes) this.end(id, lanes)
  }

  /** Ends what is under way and puts back what is not. */
  async stop(): Promise<void> {
    await Promise.all([...this.ending, ...[...this.lanes.values()].map(lanes => lanes.stop())])
  }

  private end(id: string, lanes: Lanes): void {
    this.lanes.delete(id)
    const ending = lanes.stop().finally(() => this.ending.delete(ending))
    this.ending.add(ending)
  }

  private shareOf({ server }: Route): number {
    const { number, of } = this.crew.place()
    return Math.floor(server.maxConnections / of) + (number < server.maxConnections % of ? 1 : 0)
  }

  private lanesFor(route: Route): Lanes {
    const known = this.lanes.get(route.version.id)
    if (known) return known
    const lanes = new Lanes(route, this.shareOf(route), this.crew.ledger, {
      hungry: () => {
        // Once is enough: all lanes say so, one after the other.
        if (this.hungry || lanes.room === 0) return
        this.hungry = true
        this.crew.wake()
      },
      troubled: () => this.crew.outdated(),
      elsewhere: () =>
        this.fallsBack || this.servers.some(other => other.server.id !== route.server.id && isOpen(other)),
    })
    this.lanes.set(route.version.id, lanes)
    return lanes
  }

  /**
   * The first server that takes mail now. One that has used up its limits is passed over only if that lasts, and
   * one that is on trial while it is at it.
   */
  private chosen(): Route | null {
    for (const route of this.servers.filter(isOpen)) {
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
  private async claimFor(route: Route, room: number, routes: Routes): Promise<ClaimedMail[] | 'full' | null> {
    const { server, version } = route
    if (!isLimited(server)) return this.claim(version, room, routes)
    // Where there is nothing to do, the claim still tells whether the routes are up to date.
    const wanted = await (this.tenantId ? countOwnDue(this.tenantId, room) : countDue(room))
    if (wanted === 0) return this.claim(null, testsAtOnce, routes)
    const { granted, waits, takenAt } = await takeAllowance(server.id, server, wanted)
    if (granted < wanted) {
      const askAt = Date.now() + Math.min(waits, askAgainMilliseconds)
      this.full.set(server.id, { until: Date.now() + waits, askAt })
      setTimeout(() => this.crew.wake(), askAt - Date.now()).unref()
    }
    if (granted === 0) return 'full'
    const claimed = await this.claim(version, granted, routes)
    const used = claimed?.length ?? 0
    if (used < granted) {
      await giveBack(server.id, Array(granted - used).fill(takenAt))
      this.full.delete(server.id)
    }
    return claimed?.map(mail => ({ ...mail, takenAt })) ?? null
  }

  private async claim(
    version: Route['version'] | null,
    limit: number,
    { revision, policies }: Routes,
  ): Promise<ClaimedMail[] | null> {
    const { workerId, ledger } = this.crew
    const mails = await claimMails({
      workerId,
      revision,
      version,
      limit,
      fleet: this.tenantId,
      tenants: { own: policies.own.size > 0, quotas: policies.quotas },
    })
    for (const { id } of mails ?? []) ledger.inHand.add(id)
    return mails
  }

  private async probeOne(route: Route): Promise<void> {
    const { id } = route.server
    this.probing.add(id)
    try {
      // What waits for a tenant's server is decided anew with the next look at the routes.
      if ((await takeProbe(id)) && (await this.lanesFor(route).probe())) await transaction(wakeWaitingMails)
    } catch (error) {
      log.warn({ error: String(error) }, 'a probe broke off')
    } finally {
      this.probing.delete(id)
      this.crew.outdated()
    }
  }
}
