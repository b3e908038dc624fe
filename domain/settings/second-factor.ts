/** Who must have a second factor, the loosest first. */
export const secondFactorPolicies = ['optional', 'administrators', 'everybody'] as const

export type SecondFactorPolicy = (typeof secondFactorPolicies)[number]

/** Whether more people must have one than before. */
export const isStricter = (policy: SecondFactorPolicy, before: SecondFactorPolicy): boolean =>
  secondFactorPolicies.indexOf(policy) > secondFactorPolicies.indexOf(before)
