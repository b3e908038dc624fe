// What an error of the database says, whoever hands it over: the driver itself, Prisma's adapter or its engine.
import { StartRefused } from './start-refused'

/**
 * Whether an error means that the server cannot be reached or is busy with itself, which passes by itself:
 * it starts, it stops, it is full, the network is away. Anything else stays as it is until somebody mends it.
 */
export function isAway(error: unknown): boolean {
  const layers = layersOf(error)
  return (
    layers.some(({ code }) => away.test(code)) ||
    layers.some(({ code, message }) => !isState(code) && awayWords.test(message))
  )
}

/**
 * The sentence for what the server itself refuses (a wrong password, no such database); null if it says nothing.
 * @param beginning of the sentence
 */
export function refusedByDatabase(
  error: unknown,
  beginning = 'The database does not let Latchkey start',
): StartRefused | null {
  const refusal = layersOf(error).find(({ code }) => isState(code))
  return (
    (refusal &&
      new StartRefused(
        `${beginning}: ${refusal.message.replace(/\s+/g, ' ').replace(/\.?\s*$/, '.')} (SQLSTATE ${refusal.code})`,
      )) ??
    null
  )
}

/** Of the system and of PostgreSQL (Appendix A: classes 08 and 57P0x, 53300), and Prisma's own for the same. */
const away =
  /^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|08\d\w\w|57P0[123]|53300|P1001|P1002|P1008|P1017|P2024)$/
const awayWords =
  /connection (terminated|ended|closed|refused|timeout|lost)|timeout exceeded when trying to connect|^timeout expired$|query read timeout|ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|server closed the connection|can't reach database server|database system is (starting up|shutting down)/i

/** An SQLSTATE, and not one of Prisma's codes. */
const isState = (code: string) => /^(?!P[12]\d)[0-9A-Z]{5}$/.test(code)

type Layer = { code: string; message: string }

/** An error, and those it wraps. */
function layersOf(error: unknown, depth = 0): Layer[] {
  if (typeof error !== 'object' || error === null || depth > 6) return []
  const { code, originalCode, message, originalMessage, cause, meta, errors, driverAdapterError } =
    error as Record<string, unknown>
  const within = [cause, meta, driverAdapterError, ...(Array.isArray(errors) ? errors : [])]
  return [
    {
      code: String(originalCode ?? code ?? ''),
      message: String(originalMessage ?? message ?? ''),
    },
    ...within.flatMap(one => layersOf(one, depth + 1)),
  ]
}
