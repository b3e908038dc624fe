// Leads due mails to the mail servers: of the installation and of each tenant that has its own, and when to look again.
import { db, sqlNow } from '@/lib/db'
import { log } from '@/lib/log'
import type { ClaimedMail } from './claim'
import { type Crew, Fleet } from './fleet'
import { Ledger } from './ledger'
import { type Routes, readRoutes } from './routes'
import { isWaiting } from './states'
import { TenantFleets } from './tenant-fleets'
import { deliverTest } from './test-delivery'
import { makeDue } from './waking'

/** Without any sign a worker looks again after so long: retries fall due by the clock. */
const lookMilliseconds = 1_000

export class Dispatcher {
  readonly ledger: Ledger
  private readonly fleet: Fleet
  private readonly ofTenants: TenantFleets
  private readonly tests = new Set<Promise<void>>()
  private waking: Promise<void> | null = null
  private routes: Routes | null = null
  /** Whether something has changed since the routes were read. */
  private stale = false
  private wakeUp: () => void = () => {}
  private woken = false
  private stopping = false
  private running: Promise<void> | null = null
  /** Which part of each server's connections is ours. */
  private place = { number: 0, of: 1 }

  constructor(readonly workerId: string) {
    this.ledger = new Ledger(workerId)
    const crew: Crew = {
      workerId,
      ledger: this.ledger,
      place: () => this.place,
      wake: () => this.wake(),
      outdated: () => {
        this.stale = true
        this.wake()
      },
      test: mail => this.deliverTest(mail),
    }
    this.fleet = new Fleet(null, crew)
    this.ofTenants = new TenantFleets(crew)
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
    await Promise.all([this.waking, this.fleet.stop(), this.ofTenants.stop()])
    await Promise.all(this.tests)
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
    this.fleet.probe(routes, Number.POSITIVE_INFINITY)
    // Beside the others, and never in their way.
    this.ofTenants.look(routes)
    if (routes.servers.length === 0) await noteNoServer()
    const fed = await this.fleet.feed(routes)
    if (fed === 'outdated') this.stale = true
    if (fed === 'outdated' || fed === 'full') return true
    return fed.more
  }

  /** Test mails go their own way, each through the version that it tests. */
  private deliverTest(mail: ClaimedMail): void {
    const keysOf = this.routes?.keysOf ?? (() => [])
    const test = deliverTest(mail, keysOf, this.ledger).finally(() => {
      this.tests.delete(test)
      this.wake()
    })
    this.tests.add(test)
  }

  private async reload(): Promise<Routes> {
    this.stale = false
    const routes = await readRoutes()
    this.routes = routes
    this.fleet.update(routes.servers)
    this.ofTenants.update(routes)
    return routes
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
  WHERE id IN (SELECT id FROM "OutboundMail" WHERE ${isWaiting} AND state <> 'uncertain' AND rank BETWEEN 1 AND 9 AND "dueAt" <= ${sqlNow()}
    AND cause IS DISTINCT FROM 'no-mail-server' LIMIT 1000 FOR UPDATE SKIP LOCKED)`
