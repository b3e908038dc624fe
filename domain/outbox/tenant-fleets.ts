// The fleets of the tenants that have mail servers of their own, any number of them: one look tells which have due mail,
// and only those cost anything. They work beside the installation's servers, and a dead one beside the others.
import { log } from '@/lib/log'
import { decideCarriers, dueOfOwn } from './carrier'
import { type Crew, Fleet } from './fleet'
import { isOpen, type Routes } from './routes'

/** Connections of all tenants' servers together, for one worker. */
const mostConnections = 200
/** Where others wait for connections, a fleet gives its own up after so many milliseconds. */
const turnMilliseconds = 5_000
/** So many of their servers are probed at once. */
const mostProbes = 20

export class TenantFleets {
  private readonly fleets = new Map<string, Fleet>()
  /** Since when each has had connections */
  private readonly began = new Map<string, number>()
  /** What the carrier of each tenant's mails hung on when it was last decided */
  private decided = new Map<string, string>()
  private undecided = new Set<string>()
  private looking: Promise<void> | null = null
  private again = false
  private stopping = false
  /** The tenant that was looked at last: the next one goes first. */
  private turn = ''

  constructor(private readonly crew: Crew) {}

  /** Goes by what stands in the database now. */
  update({ ofTenants, policies }: Routes): void {
    for (const [tenantId, fleet] of this.fleets) if (!ofTenants.has(tenantId)) fleet.update([])
    for (const [tenantId, servers] of ofTenants)
      this.fleetOf(tenantId).update(servers, policies.own.get(tenantId)?.fallsBack)
    // Whoever has changed anything need not tell us what: it shows.
    const now = new Map(
      [...policies.own].map(([tenantId, policy]) => {
        const servers = ofTenants.get(tenantId) ?? []
        return [tenantId, JSON.stringify([policy, servers.length > 0, servers.some(isOpen)])]
      }),
    )
    for (const tenantId of new Set([...this.decided.keys(), ...now.keys()]))
      if (this.decided.get(tenantId) !== now.get(tenantId)) this.undecided.add(tenantId)
    this.decided = now
  }

  /** Leads due mails to their servers, in the background; asked meanwhile, it looks once more. */
  look(routes: Routes): void {
    if (this.stopping) return
    this.probe(routes)
    if (this.fleets.size === 0 && this.decided.size === 0 && this.undecided.size === 0) return
    if (this.looking) {
      this.again = true
      return
    }
    this.looking = this.work(routes)
      .catch(error => log.warn({ error: String(error) }, "tenants' mails could not be read"))
      .finally(() => {
        this.looking = null
        if (this.again) this.crew.wake()
        this.again = false
      })
  }

  async stop(): Promise<void> {
    this.stopping = true
    await this.looking
    await Promise.all([...this.fleets.values()].map(fleet => fleet.stop()))
  }

  private async work(routes: Routes): Promise<void> {
    await this.decide()
    const due = await dueOfOwn()
    const astray = due.flatMap(({ tenantId }) => (isAstray(tenantId, routes) ? [tenantId] : []))
    if (astray.length > 0 && (await decideCarriers(astray)) > 0) this.crew.wake()
    const turns = due.filter(({ tenantId, test }) => test || routes.ofTenants.has(tenantId))
    const first = turns.findIndex(({ tenantId }) => tenantId > this.turn)
    const inTurn = first < 0 ? turns : [...turns.slice(first), ...turns.slice(0, first)]
    this.makeRoom(inTurn.map(({ tenantId }) => tenantId))
    for (const { tenantId, test } of inTurn) {
      if (this.stopping) return
      const fleet = this.fleetOf(tenantId)
      const mayOpen = this.open < mostConnections || (fleet.open > 0 && !this.isOver(tenantId))
      if (!mayOpen && !test) continue
      this.turn = tenantId
      const fed = await fleet.feed(routes, test)
      if (fed === 'outdated') return this.crew.outdated()
      if (fleet.open > 0 && !this.began.has(tenantId)) this.began.set(tenantId, Date.now())
      if (fed !== 'full' && fed.more) this.again = true
    }
  }

  private async decide(): Promise<void> {
    if (this.undecided.size === 0) return
    const tenantIds = [...this.undecided]
    this.undecided.clear()
    try {
      if ((await decideCarriers(tenantIds)) > 0) this.crew.wake()
    } catch (error) {
      for (const tenantId of tenantIds) this.undecided.add(tenantId)
      throw error
    }
  }

  private get open(): number {
    return [...this.fleets.values()].reduce((sum, fleet) => sum + fleet.open, 0)
  }

  /** Whether a fleet has had its connections for long enough while others wait. */
  private isOver(tenantId: string): boolean {
    return Date.now() - (this.began.get(tenantId) ?? Date.now()) > turnMilliseconds
  }

  /** Where there are as many connections as may be, those hang up that have nothing to do. */
  private makeRoom(due: string[]): void {
    for (const [tenantId, fleet] of this.fleets) if (fleet.open === 0) this.began.delete(tenantId)
    const waits = due.some(tenantId => this.fleetOf(tenantId).open === 0)
    if (!waits || this.open < mostConnections) return
    for (const fleet of this.fleets.values()) if (fleet.open > 0 && fleet.rests) fleet.rest()
  }

  private probe(routes: Routes): void {
    let left = mostProbes - [...this.fleets.values()].reduce((sum, fleet) => sum + fleet.probes, 0)
    for (const fleet of this.fleets.values()) {
      if (left <= 0) return
      left -= fleet.probe(routes, left)
    }
  }

  private fleetOf(tenantId: string): Fleet {
    const known = this.fleets.get(tenantId)
    if (known) return known
    const fleet = new Fleet(tenantId, this.crew)
    this.fleets.set(tenantId, fleet)
    return fleet
  }
}

/**
 * Whether what is due at the own servers of a tenant is not to go there: it was queued in the moment in which the policy
 * changed, or was in a worker's hands when the servers met trouble that it falls back from.
 */
function isAstray(tenantId: string, { policies, ofTenants }: Routes): boolean {
  const policy = policies.own.get(tenantId)
  if (!policy) return true
  return policy.servers === 'own-allowed' && policy.fallsBack && !ofTenants.get(tenantId)?.some(isOpen)
}
