// The way of mails to one mail server: as many connections as it may have, kept warm, each with one mail at a time.
import { closeBreaker, isServerTrouble, openBreaker } from '@/domain/mail-server/breaker'
import { giveBack } from '@/domain/mail-server/limits'
import { Connection, type Outcome } from '@/domain/smtp/submission'
import { offerSender } from '@/domain/smtp/trial'
import { persist } from '@/lib/group-commit'
import { log } from '@/lib/log'
import { urgencyOf } from './carrier'
import type { ClaimedMail } from './claim'
import { connect, type Failed, Lane, type Road } from './lane'
import { type Broken, isSilent, type Ledger } from './ledger'
import type { Route } from './routes'

/** A connection with nothing to do is kept for so many milliseconds: servers wait for minutes. */
const idleMilliseconds = 30_000
/** When one of several connections cannot be opened, its lane rests for so long. */
const restMilliseconds = 5_000
/** Outcomes that may wait to be written, before the lanes do. */
const mostUnwritten = 1_000

export type LanesEvents = {
  /** There is room for more mails. */
  hungry(): void
  /** The server takes no mail now; what was waiting for it here has been put back. */
  troubled(): void
  /** Whether mail of this server may go by another one now. */
  elsewhere(): boolean
}

export class Lanes {
  private readonly ready: ClaimedMail[] = []
  private readonly lanes = new Set<Promise<void>>()
  private readonly idle = new Set<() => void>()
  private readonly leaving = new Set<Promise<void>>()
  private readonly settling = new Set<Promise<void>>()
  private connected = 0
  private restsUntil = 0
  private stopping = false
  private troubled = false
  /** How many mails were finished since the last look, to know how many to claim. */
  private finished = 0
  private lookedAt = performance.now()
  private depth = 0
  private readonly road: Road

  constructor(
    private route: Route,
    /** How many connections this worker may have */
    private share: number,
    private readonly ledger: Ledger,
    private readonly events: LanesEvents,
  ) {
    this.road = this.seenByLanes()
  }

  /** How many mails to claim now: about what goes out in a fifth of a second, so that no mail waits here for long. */
  get room(): number {
    if (this.share === 0 || this.stopping || this.troubled || this.ledger.unwritten > mostUnwritten) return 0
    if (this.onTrial) return this.lanes.size + this.ready.length > 0 ? 0 : 1
    const passed = performance.now() - this.lookedAt
    if (passed > 100 || this.depth === 0) {
      const rate = (this.finished / Math.max(passed, 1)) * 200
      this.depth = Math.round(Math.min(500, Math.max(2, rate, (this.depth || this.share * 3) * 0.7)))
      this.finished = 0
      this.lookedAt = performance.now()
    }
    return this.ready.length > this.depth / 2 ? 0 : this.depth - this.ready.length
  }

  /** How many connections there are, or are being opened */
  get open(): number {
    return this.lanes.size
  }

  /** Whether there is nothing to do */
  get rests(): boolean {
    return this.ready.length === 0 && this.idle.size === this.lanes.size
  }

  update(route: Route, share: number): void {
    this.route = route
    this.share = share
    if (this.troubled && !route.server.breakerOpenedAt) this.troubled = false
    for (const take of [...this.idle].slice(0, Math.max(0, this.lanes.size - share))) take()
    this.wake()
  }

  add(mails: ClaimedMail[]): void {
    this.ready.push(...mails)
    this.ready.sort((one, other) => urgencyOf(one.rank) - urgencyOf(other.rank))
    this.wake()
  }

  /** Goes as far as one can without a mail, to see whether the server works again. @returns whether it does */
  async probe(): Promise<boolean> {
    const { server, version } = this.route
    const trouble = await this.offerSender()
    if (!trouble) return closeBreaker(server.id, false)
    await openBreaker(server, version.id, trouble)
    return false
  }

  /** Opens one connection and names the sender there. @returns what keeps the server from taking mail, or null */
  private async offerSender(): Promise<Failed | null> {
    const opened = await connect(this.road)
    if (!(opened instanceof Connection)) return opened
    this.connected += 1
    try {
      const outcome = await offerSender(opened, this.route.version.settings)
      return outcome.result === 'failed' && isServerTrouble(outcome) ? outcome : null
    } finally {
      this.leave(opened)
    }
  }

  /** Puts back what was not begun, lets what is under way end, and closes the connections. */
  async stop(): Promise<void> {
    this.stopping = true
    for (const take of this.idle) take()
    await this.putBack()
    await Promise.allSettled(this.lanes)
    await Promise.allSettled(this.settling)
  }

  private seenByLanes(): Road {
    const lanes = this
    return {
      get route() {
        return lanes.route
      },
      ledger: this.ledger,
      next: () => (this.tooMany ? undefined : this.ready.shift()),
      ahead: () => this.ahead(),
      waitForMail: () => this.waitForMail(),
      finished: has => this.goesOn(has),
      takeBack: mail => this.takeBack(mail),
      left: () => Promise.all(this.leaving),
      opened: () => {
        this.connected += 1
        this.wake()
      },
      leave: connection => this.leave(connection),
      notOpened: (mail, failed, took) => this.notOpened(mail, failed, took),
      ended: (mail, outcome, took) => this.ended(mail, outcome, took),
      brokeOff: (mail, broken, took) => void this.settle(mail, broken, took),
    }
  }

  /** Lets idle lanes take what is ready, and opens more of them if they are needed and allowed. */
  private wake(): void {
    // No connection is ours any more: others have them, and take what is here.
    if (this.share === 0) return void this.putBack()
    const woken = [...this.idle].slice(0, this.ready.length)
    for (const take of woken) take()
    let wanted = this.ready.length - woken.length
    while (wanted > 0 && this.mayOpen()) {
      wanted -= 1
      const lane = new Lane(this.road)
        .run()
        .catch(error => log.error({ error: String(error) }, 'a lane broke off'))
      this.lanes.add(lane)
      void lane.finally(() => this.lanes.delete(lane))
    }
  }

  /** After trouble one mail goes ahead: that a server lets us in does not say that it takes mail. */
  get onTrial(): boolean {
    return this.route.server.breakerProbes > 0
  }

  /** While no connection stands, one tries for all: a server in trouble is not knocked at by many. */
  private mayOpen(): boolean {
    if (this.stopping || this.lanes.size >= this.share) return false
    if (this.connected === 0 || this.onTrial) return this.lanes.size === 0
    return performance.now() >= this.restsUntil
  }

  private get tooMany(): boolean {
    return this.lanes.size > this.share
  }

  private goesOn({ connection, next }: Parameters<Road['finished']>[0]): boolean {
    this.finished += 1
    const more = next || this.ready.length > 0
    if (!connection && more && (this.connected > 0 || this.troubled)) return false
    if (this.ready.length <= this.depth / 2) this.events.hungry()
    return true
  }

  /** Only of those that nobody waits for: what is taken waits for the server's answer to the one before. */
  private ahead(): ClaimedMail | undefined {
    const [first] = this.ready
    if (!first || urgencyOf(first.rank) < 2 || this.ready.length < this.lanes.size) return undefined
    return this.stopping || this.troubled || this.tooMany ? undefined : this.ready.shift()
  }

  private async waitForMail(): Promise<boolean> {
    if (!this.staysOpen) return false
    this.events.hungry()
    return new Promise(resolve => {
      const settle = (stay: boolean) => {
        clearTimeout(timer)
        this.idle.delete(take)
        resolve(stay)
      }
      const take = () => settle(this.staysOpen)
      const timer = setTimeout(() => settle(false), idleMilliseconds)
      this.idle.add(take)
    })
  }

  /** A server in trouble is left altogether: what it says to a new connection is news. */
  private get staysOpen(): boolean {
    return !this.stopping && !this.tooMany && !this.troubled
  }

  private async takeBack(mail: ClaimedMail): Promise<void> {
    this.ready.unshift(mail)
    if (this.troubled || this.stopping) await this.putBack()
    else this.wake()
  }

  /** What is not begun others may have, and so may they what it was to take of the server's limits. */
  private async putBack(): Promise<void> {
    const mails = this.ready.splice(0)
    try {
      await this.ledger.putBack(mails)
      const takenAt = mails.flatMap(mail => mail.takenAt ?? [])
      if (takenAt.length > 0) await giveBack(this.route.server.id, takenAt)
    } catch (error) {
      log.error({ error: String(error) }, 'mails could not be put back')
    }
  }

  private leave(connection: Connection): void {
    this.connected -= 1
    const leaving = connection.close().finally(() => this.leaving.delete(leaving))
    this.leaving.add(leaving)
  }

  private async notOpened(mail: ClaimedMail, failed: Failed, took: number): Promise<void> {
    if (this.connected > 0) {
      // The others work: it has as many as it wants. Their next one takes this mail.
      this.restsUntil = performance.now() + restMilliseconds
      await this.takeBack(mail)
    } else await this.ended(mail, failed, took)
  }

  private async ended(mail: ClaimedMail, outcome: Outcome, took: number): Promise<void> {
    if (outcome.result === 'uncertain') {
      // One may be bad luck. With the second in a row it is the server that says nothing, to whomever.
      await this.settle(mail, outcome, took)
      if (await isSilent(this.route.version.id).catch(() => false)) await this.inTrouble(outcome)
      return
    }
    if (this.isOfSender(mail, outcome)) return void this.settle(mail, outcome, took)
    if (outcome.result === 'failed' && isServerTrouble(outcome)) await this.inTrouble(outcome)
    else if (this.onTrial && outcome.reply) {
      this.route.server.breakerProbes = 0
      await closeBreaker(this.route.server.id, true).catch(() => {})
      this.wake()
    }
    void this.settle(mail, outcome, took)
  }

  /** A sender that a tenant has chosen is refused: that is no trouble of the server, and of no other's mails. */
  private isOfSender({ tenantId }: ClaimedMail, outcome: Outcome): boolean {
    const { senders } = this.route
    return (
      outcome.result === 'failed' && outcome.phase === 'mail-from' && senders?.has(tenantId ?? '') === true
    )
  }

  private settle(mail: ClaimedMail, outcome: Outcome | Broken, took: number): Promise<void> {
    const elsewhere = this.troubled && this.events.elsewhere()
    const { builtin } = this.route.server
    const settling = this.ledger.settle(mail, outcome, took, { elsewhere, builtin }).finally(() => {
      this.settling.delete(settling)
      if (elsewhere) this.events.troubled()
    })
    this.settling.add(settling)
    return settling
  }

  /** Nothing goes to this server until a probe went well; what is here may leave by another one. */
  private async inTrouble(failed: Failed): Promise<void> {
    if (!this.troubled) {
      this.troubled = true
      for (const take of this.idle) take()
      log.warn({ server: this.route.version.name, cause: failed.cause }, 'a mail server takes no mail now')
      await persist(() => openBreaker(this.route.server, this.route.version.id, failed), 10).catch(() => {})
      await this.putBack()
    }
    this.events.troubled()
  }
}
