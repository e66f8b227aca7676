/** What was seen of V1 since all traffic is on it. */
export interface V1Seen {
  readonly requests: number
  /** 5xx and faults. */
  readonly failed: number
  /** Origins of V1 by what active checks say; both 0 without checks. */
  readonly healthy: number
  readonly unhealthy: number
}

/** Whether V1 answers. It is told, and never a reason to go back to V2. */
export interface V1Finding extends V1Seen {
  readonly verdict: 'ok' | 'failing' | 'no-traffic'
  readonly text: string
}

/** Share of failures from which V1 is failing. */
const failingShare = 0.1

/** Requests from which a share is believed before the time is over. */
const enoughRequests = 20

/** Judges V1; null while it is too early to say. Bad news does not wait for the end. */
export function validateV1(seen: V1Seen, isOver: boolean): V1Finding | null {
  const { requests, failed, healthy, unhealthy } = seen
  const share = requests === 0 ? 0 : failed / requests
  const isFailing =
    (share > failingShare && (isOver || requests >= enoughRequests)) ||
    (unhealthy > 0 && healthy === 0)
  if (isFailing) return { ...seen, verdict: 'failing', text: `V1 fails: ${inNumbers(seen)}` }
  if (!isOver) return null
  if (requests === 0 && healthy === 0) {
    return { ...seen, verdict: 'no-traffic', text: 'nobody asked V1, and nothing checks it' }
  }
  return { ...seen, verdict: 'ok', text: `V1 answers: ${inNumbers(seen)}` }
}

function inNumbers({ requests, failed, healthy, unhealthy }: V1Seen): string {
  const answers = `${failed} of ${requests} requests failed`
  const origins = healthy + unhealthy
  return origins === 0 ? answers : `${answers}, ${healthy} of ${origins} origins healthy`
}
