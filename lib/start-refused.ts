/**
 * Something only the operator can mend; its message is the one sentence they read, and the program
 * ends. Told apart by its name, since the class exists once in each bundle.
 */
export class StartRefused extends Error {
  override name = 'StartRefused'
}
