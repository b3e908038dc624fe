/** Who must have a second factor, the loosest first. */
export const secondFactorPolicies = ['optional', 'administrators', 'everybody'] as const

export type SecondFactorPolicy = (typeof secondFactorPolicies)[number]

/** Whether more people must have one than before. */
export const isStricter = (policy: SecondFactorPolicy, before: SecondFactorPolicy): boolean =>
  secondFactorPolicies.indexOf(policy) > secondFactorPolicies.indexOf(before)

/** Who must have one, and since when; null where it is of nobody. */
export type FactorRule = { policy: SecondFactorPolicy; since: Date | null }

/** What stands in the database: what a newer version has written there asks for the most. */
export const readPolicy = (text: string): SecondFactorPolicy =>
  secondFactorPolicies.find(known => known === text) ?? 'everybody'
