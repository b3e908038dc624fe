// One connection to a mail server, and the mails that go over it, one after the other.
import { inTurn } from '@/domain/mail-server/refresh-token'
import { publicOnly } from '@/domain/mail-server/scope'
import { Connection, deservesAnother, type Mail, type Outcome } from '@/domain/smtp/submission'
import { log } from '@/lib/log'
import type { ClaimedMail } from './claim'
import { compose } from './compose'
import { type Broken, type Ledger, TakenOver } from './ledger'
import type { Route } from './routes'

/** Many servers close a connection after a hundred mails; better that we do. */
const mailsPerConnection = 100
/** A mail that was taken in advance waits no longer than this for the server's answer to the one before it. */
const patienceMilliseconds = 5_000

export type Failed = Exclude<Outcome, { result: 'accepted' }>

/** All lanes to one server, as each of them sees it. */
export type Road = {
  readonly route: Route
  readonly ledger: Ledger
  /** The next mail, if this lane is still wanted. */
  next(): ClaimedMail | undefined
  /** The same in advance, while many wait. */
  ahead(): ClaimedMail | undefined
  /** Waits for mail. @returns false when it is time to go */
  waitForMail(): Promise<boolean>
  /** A lane has ended an attempt. @returns whether it goes on, if it has to open another connection for that */
  finished(has: { connection: boolean; next: boolean }): boolean
  /** A mail that was taken and not begun: others have it, or it goes by another server. */
  takeBack(mail: ClaimedMail): Promise<void>
  /** Resolves when the server has seen the end of all connections that were left. */
  left(): Promise<unknown>
  opened(): void
  leave(connection: Connection): void
  notOpened(mail: ClaimedMail, failed: Failed, took: number): Promise<void>
  ended(mail: ClaimedMail, outcome: Outcome, took: number): Promise<void>
  brokeOff(mail: ClaimedMail, broken: Broken, took: number): void
}

/** A mail that is this lane's next, and its message once that is composed. */
type Next = { mail: ClaimedMail; composing: Promise<Mail>; message: Mail | null }

export class Lane {
  private connection: Connection | null = null
  private next: Next | null = null

  constructor(private readonly road: Road) {}

  /** Works until there is nothing to do for a while, or no connection to be had. */
  async run(): Promise<void> {
    try {
      for (;;) {
        const mine = this.next
        const mail = mine?.mail ?? this.road.next()
        this.next = null
        if (!mail) {
          if (!this.connection || !(await this.road.waitForMail())) return
          continue
        }
        await this.deliver(mail, mine?.composing ?? this.compose(mail))
        if (!this.road.finished({ connection: this.connection !== null, next: this.next !== null })) return
      }
    } finally {
      this.leave()
      if (this.next) await this.road.takeBack(this.next.mail)
    }
  }

  private compose(mail: ClaimedMail): Promise<Mail> {
    const { version, keys, senders } = this.road.route
    const mailFrom = senders?.get(mail.tenantId ?? '')
    // An answer goes where the tenant's mails come from, and not to whoever runs the installation.
    const sender = mailFrom === undefined ? version.settings : { mailFrom, replyTo: null }
    return compose(mail, sender, keys)
  }

  /** Makes one attempt. */
  private async deliver(mail: ClaimedMail, composing: Promise<Mail>): Promise<void> {
    const began = performance.now()
    const took = () => Math.round(performance.now() - began)
    try {
      const message = await composing
      for (;;) {
        if (!this.connection?.usable || this.connection.used >= mailsPerConnection) this.leave()
        const reused = this.connection !== null && this.connection.used > 0
        const open = this.connection ?? (await this.open())
        if (!(open instanceof Connection)) return await this.road.notOpened(mail, open, took())
        this.connection = open
        const outcome = await this.send(open, mail, message)
        // A server may end a kept connection whenever it likes. That says nothing about it or the mail.
        if (reused && deservesAnother(outcome)) {
          this.leave()
          continue
        }
        await this.road.ended(mail, outcome, took())
        if (!open.usable) this.leave()
        return
      }
    } catch (error) {
      this.leave()
      log.error({ mailId: mail.id, error: String(error) }, 'delivery attempt broke off')
      if (!(error instanceof TakenOver))
        this.road.brokeOff(mail, { result: 'interrupted', phase: 'dns', stages: [], transcript: [] }, took())
    }
  }

  /** Hands a mail over. While the server is silent about it, the one that comes next is not kept waiting. */
  private async send(connection: Connection, mail: ClaimedMail, message: Mail): Promise<Outcome> {
    let timer: NodeJS.Timeout | undefined
    let givenUp = false
    const giveUpNext = () => {
      const { next } = this
      if (!next) return
      this.next = null
      givenUp = true
      void this.road.takeBack(next.mail)
    }
    const leaves = () => {
      this.takeNext(connection)
      timer = setTimeout(giveUpNext, patienceMilliseconds)
      return this.road.ledger.contentLeaves(mail)
    }
    try {
      return await connection.send(message, leaves, () => this.next?.message ?? null)
    } finally {
      clearTimeout(timer)
      // Its commands may have gone out already: nothing else can go over this connection.
      if (givenUp) this.leave()
    }
  }

  /**
   * While many wait, a lane takes its next mail already when the content of the one before leaves, so that its
   * commands can go along. Not one that a person waits for.
   */
  private takeNext(connection: Connection): void {
    if (this.next || connection.used >= mailsPerConnection) return
    const mail = this.road.ahead()
    if (!mail) return
    const next: Next = { mail, composing: this.compose(mail), message: null }
    next.composing.then(
      message => {
        next.message = message
      },
      () => {}, // told when its turn comes
    )
    this.next = next
  }

  private async open(): Promise<Connection | Failed> {
    const opened = await connect(this.road)
    if (opened instanceof Connection) this.road.opened()
    return opened
  }

  private leave(): void {
    if (this.connection) this.road.leave(this.connection)
    this.connection = null
  }
}

/** Opens a connection. A server that allows so many counts those that it has not seen the end of. */
export async function connect(road: Pick<Road, 'route' | 'left'>): Promise<Connection | Failed> {
  await road.left()
  const { server, version } = road.route
  return Connection.open(version.settings, version.secrets, {
    versionKey: version.id,
    inTurn: inTurn(version),
    network: { publicOnly: publicOnly(server) },
  })
}
