// A form that does what an open browser must not be enough for may ask who it is. The question stands in the form, and
// is answered with everything else in it: then what was to be done is done.

/** What a form asks for before it does what was wanted. */
export type ProofQuestion = {
  /** Whose password */
  email: string
  /** Whether a code of a second factor is asked for too */
  withCode: boolean
  /** Where a passkey that will do as well gets what it signs; null where there is none */
  passkeyFrom: string | null
  /** The names of fields whose secrets were typed: without JavaScript they are empty now */
  typedSecrets: string[]
}

/** The fields of the answer. Those that hold a secret are called so, see `isSecretName`. */
export const proofNames = {
  /** The button */
  given: 'proveNow',
  password: 'provePassword',
  code: 'proveSecretCode',
  passkey: 'provePasskeySecret',
  typedSecrets: 'proveTypedSecrets',
} as const

/** Before the name of the button that was pressed, and of what was confirmed: what is to be done after the answer. */
export const pressedPrefix = 'pressed:'

/** Whether what is typed into a field never goes back to a browser. */
export const isSecretName = (name: string): boolean => /password|secret|token$/i.test(name)

/** A form that was sent with the answer counts as sent with the button that was pressed first. */
export function pressAgain(formData: FormData): void {
  if (!formData.has(proofNames.given)) return
  for (const [name, value] of [...formData.entries()])
    if (name.startsWith(pressedPrefix)) formData.set(name.slice(pressedPrefix.length), value)
}

/** The names of the fields in which a secret was typed. */
export const typedSecretsIn = (formData: FormData): string[] =>
  [...formData.entries()].flatMap(([name, value]) =>
    isSecretName(name) && value !== '' && !(Object.values(proofNames) as string[]).includes(name)
      ? [name]
      : [],
  )
