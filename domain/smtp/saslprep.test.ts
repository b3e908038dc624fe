import { expect, it } from 'vitest'
import { prepared } from './saslprep'

// The examples of RFC 4013 §3, and what is pasted along with a password.
it.each([
  ['I\u00adX', 'IX'],
  ['user', 'user'],
  ['USER', 'USER'],
  ['\u00aa', 'a'],
  ['\u2168', 'IX'],
  ['correct\u00a0horse', 'correct horse'],
  ['correct\u3000horse\u2003battery', 'correct horse battery'],
  ['\ufeffsecret\u200b', 'secret'],
  ['u\u0308ber', 'über'],
  ['p\u00e4ssw\u00f6rd 🔑', 'p\u00e4ssw\u00f6rd 🔑'],
])('%j is %j', (typed, meant) => expect(prepared(typed)).toBe(meant))

it.each(['a\u0007b', 'a\u202eb', '\ue000'])('%j stays as it is, for no password may hold it', typed =>
  expect(prepared(typed)).toBe(typed),
)
