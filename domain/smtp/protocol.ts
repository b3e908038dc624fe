// Keeps what happens during one submission: the stages with their times, and the transcript.
import { performance } from 'node:perf_hooks'
import { type Stage, type StageReport, type SubmitOptions, stages, type TranscriptLine } from './outcome'

/** A server that floods us with text shall not fill the database. */
const longestLine = 1000
const mostLines = 400
const mostEntries = 100

export type Facts = StageReport['facts']

export class Protocol {
  private readonly lines: TranscriptLine[] = []
  /** The stage that was begun last. */
  phase: Stage = 'dns'
  private readonly start = performance.now()
  private readonly reports = new Map<Stage, StageReport>()
  private readonly secrets: string[] = []

  constructor(
    secrets: string[] = [],
    private readonly events: Pick<SubmitOptions, 'onStage' | 'onWaiting'> = {},
  ) {
    this.hide(secrets)
  }

  /** From now on these are blanked wherever they appear; what contains another of them comes first. */
  hide(secrets: string[]) {
    this.secrets.push(...secrets.filter(secret => secret.length >= 4))
  }

  /** Runs one stage and reports it, whether it succeeds or not. `facts` may be filled until it ends. */
  async stage<T>(stage: Stage, run: (facts: Facts) => Promise<T>): Promise<T> {
    this.phase = stage
    const begun = performance.now()
    const facts: Facts = {}
    const end = (result: 'ok' | 'failed') =>
      this.report({ stage, result, milliseconds: Math.round(performance.now() - begun), facts: told(facts) })
    try {
      const value = await run(facts)
      end('ok')
      return value
    } catch (error) {
      end('failed')
      throw error
    }
  }

  /** The server has the mail, and has kept us waiting for its word so far. */
  waiting(seconds: number) {
    this.note(`The server has the mail and is still thinking, for ${seconds} s now`)
    this.events.onWaiting?.({ stage: this.phase, seconds })
  }

  /** Reports stages that this submission does not have, or no longer reaches. */
  skip(...skipped: Stage[]) {
    for (const stage of skipped) {
      if (!this.reports.has(stage)) this.report({ stage, result: 'skipped', milliseconds: 0, facts: {} })
    }
  }

  /** All stages in their usual order; those never reached are reported as skipped first. */
  finish(): StageReport[] {
    this.skip(...stages)
    return stages.flatMap(stage => this.reports.get(stage) ?? [])
  }

  note(text: string) {
    this.line('note', text)
  }

  line(from: TranscriptLine['from'], text: string) {
    if (this.lines.length >= mostLines) return
    this.lines.push({ at: Math.round(performance.now() - this.start), from, text })
  }

  /** The dialogue so far as people may read it. Made when it is asked for: nobody reads that of a mail that went well. */
  get transcript(): TranscriptLine[] {
    return this.lines.map(({ at, from, text }) => {
      const readable = this.blank(text).replace(/\p{Cc}/gu, '·')
      return {
        at,
        from,
        text: cut(readable),
      }
    })
  }

  /** Some servers repeat in their reply what was sent to them. */
  blank(text: string) {
    return this.secrets.reduce((rest, secret) => rest.replaceAll(secret, '••••'), text)
  }

  private report(report: StageReport) {
    this.reports.set(report.stage, report)
    this.events.onStage?.(report)
  }
}

const cut = (text: string) => (text.length > longestLine ? `${text.slice(0, longestLine)} …` : text)

const told = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      typeof fact === 'string' ? cut(fact) : fact.slice(0, mostEntries).map(cut),
    ]),
  )
