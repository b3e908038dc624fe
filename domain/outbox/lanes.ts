// The way of mails to one mail server: as many connections as it may have, kept warm, each with one mail at a time.
import { closeBreaker, isServerTrouble, openBreaker } from '@/domain/mail-server/breaker'
import { replaceRefreshToken } from '@/domain/mail-server/versions'
import { Connection, deservesAnother, type Mail, type Outcome } from '@/domain/smtp/submission'
import { persist } from '@/lib/group-commit'
import { log } from '@/lib/log'
import type { ClaimedMail } from './claim'
import { compose } from './compose'
import { type Ledger, TakenOver } from './ledger'
import type { Route } from './routes'

/** A connection with nothing to do is kept for so many milliseconds: servers wait for minutes. */
const idleMilliseconds = 30_000
/** Many servers close a connection after a hundred mails; better that we do. */
const mailsPerConnection = 100
/** When one of several connections cannot be opened, its lane rests for so long. */
const restMilliseconds = 5_000
/** Outcomes that may wait to be written, before the lanes do. */
const mostUnwritten = 1_000

type Failed = Exclude<Outcome, { result: 'accepted' }>

/** A mail that is this lane's next, and its message once that is composed. */
type Next = { mail: ClaimedMail; composing: Promise<Mail>; message: Mail | null }

/** What is left of an attempt: the connection, if another mail can go over it, and the mail that comes next. */
type Left = { connection: Connection | null; next: Next | null }

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
  private connected = 0
  private restsUntil = 0
  private stopping = false
  private troubled = false
  /** How many mails were finished since the last look, to know how many to claim. */
  private finished = 0
  private lookedAt = performance.now()
  private depth = 0

  constructor(
    private route: Route,
    /** How many connections this worker may have */
    private share: number,
    private readonly ledger: Ledger,
    private readonly events: LanesEvents,
  ) {}

  get versionId(): string {
    return this.route.version.id
  }

  /** How many mails are here, under way or waiting for a connection. */
  get inHand(): number {
    return this.ready.length + this.busy
  }
  private busy = 0

  /** How many mails to claim now: about what goes out in a fifth of a second, so that no mail waits here for long. */
  get room(): number {
    if (this.share === 0 || this.stopping || this.troubled || this.ledger.unwritten > mostUnwritten) return 0
    const passed = performance.now() - this.lookedAt
    if (passed > 100 || this.depth === 0) {
      const rate = (this.finished / Math.max(passed, 1)) * 200
      this.depth = Math.round(Math.min(500, Math.max(2, rate, (this.depth || this.share * 3) * 0.7)))
      this.finished = 0
      this.lookedAt = performance.now()
    }
    return this.ready.length > this.depth / 2 ? 0 : this.depth - this.ready.length
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
    this.ready.sort((one, other) => one.rank - other.rank)
    this.wake()
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
      const lane = this.run().catch(error => log.error({ error: String(error) }, 'a lane broke off'))
      this.lanes.add(lane)
      void lane.finally(() => this.lanes.delete(lane))
    }
  }

  /** While no connection stands, one tries for all: a server in trouble is not knocked at by many. */
  private mayOpen(): boolean {
    if (this.lanes.size >= this.share || this.stopping) return false
    if (this.connected === 0) return this.lanes.size === 0
    return performance.now() >= this.restsUntil
  }

  private async run(): Promise<void> {
    let left: Left = { connection: null, next: null }
    try {
      for (;;) {
        const mail = left.next?.mail ?? this.next()
        if (!mail) {
          if (!left.connection || !(await this.waitForMail())) return
          continue
        }
        this.busy += 1
        try {
          left = await this.deliver(mail, left)
        } finally {
          this.busy -= 1
          this.finished += 1
        }
        const more = left.next !== null || this.ready.length > 0
        if (!left.connection && more && (this.connected > 0 || this.troubled)) return
        if (this.ready.length <= this.depth / 2) this.events.hungry()
      }
    } finally {
      if (left.connection) this.leave(left.connection)
      if (left.next) await this.takeBack(left.next.mail)
    }
  }

  private next(): ClaimedMail | undefined {
    return this.lanes.size > this.share ? undefined : this.ready.shift()
  }

  /** @returns false when it is time to go */
  private async waitForMail(): Promise<boolean> {
    if (this.stopping || this.lanes.size > this.share) return false
    this.events.hungry()
    return new Promise(resolve => {
      const settle = (stay: boolean) => {
        clearTimeout(timer)
        this.idle.delete(take)
        resolve(stay)
      }
      const take = () => settle(!this.stopping && this.lanes.size <= this.share)
      const timer = setTimeout(() => settle(false), idleMilliseconds)
      this.idle.add(take)
    })
  }

  /**
   * While many wait, a lane takes its next mail already when the content of the one before leaves, so that its
   * commands can go along. Not one that a person waits for: what is taken waits for the server's answer to
   * the one before, which may take long.
   */
  private takeNext(connection: Connection): Next | null {
    const [first] = this.ready
    if (!first || first.rank < 2 || this.ready.length < this.lanes.size) return null
    if (this.stopping || this.troubled || this.lanes.size > this.share) return null
    if (connection.used >= mailsPerConnection) return null
    this.ready.shift()
    const next: Next = { mail: first, composing: this.compose(first), message: null }
    next.composing.then(
      message => {
        next.message = message
      },
      () => {}, // told when its turn comes
    )
    return next
  }

  /** A mail that was taken too early: others have it, or it goes by another server. */
  private async takeBack(mail: ClaimedMail): Promise<void> {
    this.ready.unshift(mail)
    if (this.troubled || this.stopping) await this.putBack()
    else this.wake()
  }

  private putBack(): Promise<void> {
    return this.ledger
      .putBack(this.ready.splice(0))
      .catch(error => log.error({ error: String(error) }, 'mails could not be put back'))
  }

  private compose(mail: ClaimedMail): Promise<Mail> {
    const { version, keys } = this.route
    return compose(mail, version.settings, keys)
  }

  /** Makes one attempt. */
  private async deliver(mail: ClaimedMail, { connection, next: mine }: Left): Promise<Left> {
    const began = performance.now()
    const took = () => Math.round(performance.now() - began)
    let open = connection
    let next: Next | null = null
    try {
      const message = await (mine?.composing ?? this.compose(mail))
      for (;;) {
        if (open && (!open.usable || open.used >= mailsPerConnection)) open = this.leave(open)
        if (!open) {
          const opened = await this.open()
          if (!(opened instanceof Connection)) {
            await this.notOpened(mail, opened, took())
            return { connection: null, next }
          }
          open = opened
        }
        const through = open
        const reused = open.used > 0
        const leaves = () => {
          next ??= this.takeNext(through)
          return this.ledger.contentLeaves(mail)
        }
        const outcome = await open.send(message, leaves, () => next?.message ?? null)
        if (reused && deservesAnother(outcome)) {
          open = this.leave(open)
          continue
        }
        await this.ended(mail, outcome, took())
        return { connection: open.usable ? open : this.leave(open), next }
      }
    } catch (error) {
      if (open) this.leave(open)
      log.error({ mailId: mail.id, error: String(error) }, 'delivery attempt broke off')
      if (!(error instanceof TakenOver))
        void this.settle(mail, { result: 'interrupted', phase: 'dns', stages: [], transcript: [] }, took())
      return { connection: null, next }
    }
  }

  private async open(): Promise<Connection | Failed> {
    // A server that allows so many connections counts those that it has not seen the end of.
    await Promise.all(this.leaving)
    const { version } = this.route
    const opened = await Connection.open(version.settings, version.secrets, {
      versionKey: version.id,
      onRefreshToken: token => persist(() => replaceRefreshToken(version.id, token)),
    })
    if (opened instanceof Connection) {
      this.connected += 1
      this.wake()
    }
    return opened
  }

  private leave(connection: Connection): null {
    this.connected -= 1
    const leaving = connection.close().finally(() => this.leaving.delete(leaving))
    this.leaving.add(leaving)
    return null
  }
  private readonly leaving = new Set<Promise<void>>()

  private async notOpened(mail: ClaimedMail, failed: Failed, took: number): Promise<void> {
    if (this.connected > 0) {
      // The others work: it has as many as it wants. Their next one takes this mail.
      this.restsUntil = performance.now() + restMilliseconds
      await this.takeBack(mail)
    } else await this.ended(mail, failed, took)
  }

  private async ended(mail: ClaimedMail, outcome: Outcome, took: number): Promise<void> {
    if (outcome.result !== 'accepted' && isServerTrouble(outcome)) await this.inTrouble(outcome)
    else if (outcome.result === 'accepted' && this.route.server.breakerProbes > 0) {
      this.route.server.breakerProbes = 0
      await closeBreaker(this.route.server.id, true).catch(() => {})
    }
    void this.settle(mail, outcome, took)
  }

  private settle(mail: ClaimedMail, outcome: Parameters<Ledger['settle']>[1], took: number): Promise<void> {
    const elsewhere = this.troubled && this.events.elsewhere()
    const settling = this.ledger.settle(mail, outcome, took, elsewhere).finally(() => {
      this.settling.delete(settling)
      if (elsewhere) this.events.troubled()
    })
    this.settling.add(settling)
    return settling
  }
  private readonly settling = new Set<Promise<void>>()

  /** Nothing goes to this server until a probe went well; what is here may leave by another one. */
  private async inTrouble(failed: Failed): Promise<void> {
    if (!this.troubled) {
      this.troubled = true
      log.warn({ server: this.route.version.name, cause: failed.cause }, 'a mail server takes no mail now')
      await persist(() => openBreaker(this.route.server, this.route.version.id, failed), 10).catch(() => {})
      await this.ledger.putBack(this.ready.splice(0))
    }
    this.events.troubled()
  }

  /** Opens one connection to see whether the server works again. @returns whether it does */
  async probe(): Promise<boolean> {
    const opened = await this.open()
    if (!(opened instanceof Connection)) {
      await openBreaker(this.route.server, this.route.version.id, opened)
      return false
    }
    this.leave(opened)
    return closeBreaker(this.route.server.id, false)
  }

  /** All that is here has ended and is written down. */
  async finish(): Promise<void> {
    while (this.busy > 0 || this.ready.length > 0 || this.settling.size > 0) {
      if (this.settling.size > 0) await Promise.allSettled(this.settling)
      else await new Promise(resolve => setTimeout(resolve, 5))
    }
  }

  /** Puts back what was not begun, lets what is under way end, and closes the connections. */
  async stop(): Promise<void> {
    this.stopping = true
    for (const take of this.idle) take()
    await this.ledger.putBack(this.ready.splice(0))
    await Promise.allSettled(this.lanes)
    await Promise.allSettled(this.settling)
  }
}
