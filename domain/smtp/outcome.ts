// What one submission of a mail tells: its stages, its transcript and how it ended.
import type { Cause } from './causes'
import type { InTurn } from './oauth'
import type { Patience } from './patience'

/** The steps of a submission, in their order. With implicit TLS the `tls` step happens before `greeting`. */
export const stages = [
  'dns',
  'connect',
  'greeting',
  'ehlo',
  'tls',
  'auth',
  'mail-from',
  'rcpt-to',
  'data',
] as const
export type Stage = (typeof stages)[number]

export type StageReport = {
  stage: Stage
  result: 'ok' | 'failed' | 'skipped'
  milliseconds: number
  facts: Record<string, string | string[]>
}

/** One line of the dialogue; `at` is milliseconds since the start. Credentials and content never appear. */
export type TranscriptLine = { at: number; from: 'client' | 'server' | 'note'; text: string }

/** `raw` is the finished message, CRLF or LF; the envelope holds bare addresses. */
export type Mail = {
  messageId: string
  envelope: { from: string; to: string }
  raw: Buffer
  /** Says of `raw`: ASCII, every line ends with CRLF, none begins with a dot. It can go out as it is. */
  wireReady?: boolean
}

/** `enhanced` is the status code of RFC 3463 (`5.7.1`) if there was one; `text` is what follows it. */
export type SmtpReply = { code: number; enhanced: string | null; text: string }

/** `server`: never the end of a mail, which waits or leaves by another server. `mail`: says nothing about others. */
export type Concern = 'server' | 'mail'

export type Outcome = (
  | { result: 'accepted'; reply: SmtpReply; queueId: string | null }
  | {
      result: 'failed' | 'uncertain'
      cause: Cause
      /** Whose trouble it is. */
      concerns: Concern
      permanent: boolean
      reply: SmtpReply | null
      detail: Record<string, string>
    }
) & { phase: Stage; stages: StageReport[]; transcript: TranscriptLine[] }

export type Failed = Exclude<Outcome, { result: 'accepted' }>

export type SubmitOptions = {
  /** Called once per stage, as it ends. */
  onStage?(report: StageReport): void
  /** Called again and again while the server, which has the mail, keeps us waiting for its reply. */
  onWaiting?(waiting: { stage: Stage; seconds: number }): void
  /** Awaited after the server's 354 and before the first byte of content. If it rejects, nothing is sent. */
  beforeData?(): Promise<void>
  /**
   * Somebody watches (test mails): probes further after a failure, to tell apart what the dialogue alone cannot,
   * and gives up at the administrator's timeout wherever no harm comes of it.
   */
  diagnose?: boolean
  signal?: AbortSignal
  /** Names settings and secrets, so that an access token bought with them serves more than one submission. */
  versionKey?: string
  /** Who holds the refresh token, if not the secrets alone. */
  inTurn?: InTurn
  /** In place of how long steps usually take, see `patienceOf`. */
  patience?: Partial<Patience>
  network?: Network
}

/** Where names and other ports are looked for; by default the system's resolver and the registered ports. */
export type Network = {
  lookup?: (host: string) => Promise<string[]>
  /** Whether only addresses are connected to that the whole world can see */
  publicOnly?: boolean
  usualPorts?: number[]
  /** Those of the ports where TLS is spoken from the first byte (RFC 8314 §7.3); 465 by default. */
  tlsPorts?: number[]
  /** PEM, trusted beside the system's roots where the settings are not yet known. */
  trustedCa?: string
}
