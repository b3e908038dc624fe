/** The steps of the dialogue at which a server of the chaos run can be told to fail. */
export const phases = ['greeting', 'ehlo', 'mail', 'rcpt', 'data', 'content', 'end'] as const
export type Phase = (typeof phases)[number]
