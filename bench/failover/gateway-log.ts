/** What the harness reads in a gateway's log. Times are wall-clock milliseconds. */
export type LogEvent =
  | {
      readonly type: 'request'
      readonly at: number
      readonly worker: number
      readonly id: string
      /** V2 was asked for it and failed, whoever answered in the end. */
      readonly v2Failed: boolean
    }
  | { readonly type: 'switched-back' | 'serves'; readonly at: number; readonly worker: number }

/** A gateway of one process does not number its workers. */
const onlyWorker = 0

/** Null for a line that tells something else. */
export function logEventOf(line: string): LogEvent | null {
  if (!line.startsWith('{')) return null
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line)
  } catch {
    // Cut short by a kill.
    return null
  }
  const { time, msg, event, worker = onlyWorker, requestId } = entry
  const told = { at: Date.parse(String(time)), worker: Number(worker) }
  if (msg === 'request') {
    return { type: 'request', ...told, id: String(requestId), v2Failed: hasV2Failed(entry) }
  }
  if (typeof msg === 'string' && msg.startsWith('switched back')) {
    return { type: 'switched-back', ...told }
  }
  return event === 'serves' ? { type: 'serves', ...told } : null
}

/** Where V1 answered in its place, what V2 did stands under a name of its own. */
function hasV2Failed(entry: Record<string, unknown>): boolean {
  if (entry.variant !== 'v2') return false
  const { upstreamStatus = 0, fault } = (entry.v2 ?? entry) as Record<string, unknown>
  return fault !== undefined || Number(upstreamStatus) >= 500
}
