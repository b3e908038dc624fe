// How many requests a key makes in a minute, on all nodes together. Each node takes some out of the minute at a time, so
// that few requests ask the database.
import { countSeveral, type Limit } from '@/lib/rate-limit'

export const paceSeconds = 60
/** One part of the minute's requests is taken at a time. */
const parts = 20

type Lease = {
  /** What this node has taken and not used yet */
  here: number
  /** What nobody has taken yet, as far as is known */
  left: number
  /** By `performance.now()` */
  endsAt: number
}

/** Where a key stands in its minute. */
export type Pace = { refused: boolean; limit: number; remaining: number; resetSeconds: number }

const leases = new Map<string, Lease>()
const taking = new Map<string, Promise<void>>()

/** Counts one request of a key. */
export async function keepPace({ id, perMinute }: { id: string; perMinute: number }): Promise<Pace> {
  for (;;) {
    const lease = leases.get(id)
    if (lease && lease.endsAt > performance.now()) {
      if (lease.here > 0) {
        lease.here--
        return told(lease, perMinute, false)
      }
      if (lease.left === 0) return told(lease, perMinute, true)
    }
    const begun = taking.get(id) ?? take(id, perMinute).finally(() => taking.delete(id))
    taking.set(id, begun)
    await begun
  }
}

async function take(id: string, perMinute: number): Promise<void> {
  const limit: Limit = { name: 'api-key', points: perMinute, seconds: paceSeconds }
  const wanted = Math.max(1, Math.floor(perMinute / parts))
  const { granted, left, seconds } = await countSeveral({ limit, key: id }, wanted)
  forgetOld()
  leases.set(id, { here: granted, left, endsAt: performance.now() + seconds * 1_000 })
}

const told = ({ here, left, endsAt }: Lease, limit: number, refused: boolean): Pace => ({
  refused,
  limit,
  remaining: here + left,
  resetSeconds: Math.max(1, Math.ceil((endsAt - performance.now()) / 1_000)),
})

function forgetOld(): void {
  if (leases.size < 1_000) return
  for (const [id, { endsAt }] of leases) if (endsAt <= performance.now()) leases.delete(id)
}
