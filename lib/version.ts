import { version } from '../package.json'

/** Which Latchkey this is, by the rules of semantic versions; CHANGELOG.md says what each has brought. */
export { version }
