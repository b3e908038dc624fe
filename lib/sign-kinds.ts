/** The kinds of signs that a password can be asked for: small letters, capital letters, digits, all others. */
export const signKinds = ['\\p{Ll}', '\\p{Lu}', '\\p{Nd}', '[^\\p{Ll}\\p{Lu}\\p{Nd}]']

/** How many kinds of signs are in a text. */
export const signKindsIn = (text: string): number =>
  signKinds.filter(kind => new RegExp(kind, 'u').test(text)).length
