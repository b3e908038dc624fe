import type { Match } from './matching'

/** What a rule made of an event. */
export type Outcome = {
  ruleId: string
  rule: string
  result:
    | Exclude<Match['why'], null>
    /** Nothing that this rule mails about; or nothing it has mailed about before */
    | 'not-told'
    | 'never-mailed'
    /** The same trouble brought a mail a moment ago, or somebody has acknowledged it */
    | 'repeat'
    | 'acknowledged'
    | 'no-recipient'
    /** All of its recipients want none, or have had too many in this hour */
    | 'stopped'
    | 'limited'
    | 'collected'
    | 'mailed'
  detail?: string
  mailIds?: string[]
}
