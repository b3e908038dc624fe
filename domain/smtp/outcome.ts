// What one submission of a mail tells: its stages, its transcript and how it ended.
import type { Cause } from './causes'

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

export type SubmitOptions = {
  /** Called once per stage, as it ends. */
  onStage?(report: StageReport): void
  /** Awaited after the server's 354 and before the first byte of content. If it rejects, nothing is sent. */
  beforeData?(): Promise<void>
  /** Probe further after a failure (test mails), to tell apart what the dialogue alone cannot. */
  diagnose?: boolean
  signal?: AbortSignal
  /** Names settings and secrets, so that an access token bought with them serves more than one submission. */
  versionKey?: string
  /** Awaited when the OAuth server has given a refresh token that replaces the one in the secrets. */
  onRefreshToken?(token: string): Promise<void>
  /** Stops once the server takes the sender: no recipient is named and nothing is sent. */
  until?: 'mail-from'
  network?: Network
}

/** Where names and other ports are looked for; by default the system's resolver and the registered ports. */
export type Network = {
  lookup?: (host: string) => Promise<string[]>
  usualPorts?: number[]
  /** PEM, trusted beside the system's roots where the settings are not yet known. */
  trustedCa?: string
}
