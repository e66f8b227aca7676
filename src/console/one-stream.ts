import type { Change, ChangeType } from '../admin/events/change.ts'
import { after } from './time.ts'

/** `opened`: the stream is there, the first time or anew; `missed`: some of what changed before that was not told. */
export type Heard = Change | 'opened' | 'missed'

const told: readonly ChangeType[] = ['audit', 'latch', 'rollout', 'verdict', 'config']

/** Milliseconds after which a stream that was refused is asked for again; one that broke comes back by itself. */
const againMs = 10_000

const name = 'switchback-changes'

/**
 * One stream of changes for all tabs of a browser: it has six connections to the gateway at most, and six
 * tabs with a stream each would leave none to switch back with. The first tab has it and tells the others;
 * when that is closed, the next takes over. Where a system has put that tab to sleep, the others hear
 * nothing and have the status that each asks for.
 */
export function createOneStream(onHeard: (heard: Heard) => void) {
  const tabs = new BroadcastChannel(name)
  const over = new AbortController()
  let source: EventSource | null = null

  tabs.onmessage = ({ data }) => onHeard(data as Heard)

  function tell(heard: Heard): void {
    tabs.postMessage(heard)
    onHeard(heard)
  }

  function listen(): void {
    if (over.signal.aborted) return
    const opened = new EventSource('/events')
    source = opened
    // One that is new does not know what went before it.
    let isNew = true
    opened.addEventListener('opened', ({ data }) => {
      if (isNew || (JSON.parse(data) as { missed: boolean }).missed) tell('missed')
      isNew = false
      tell('opened')
    })
    for (const type of told) {
      opened.addEventListener(type, ({ data }) => {
        tell({ type, data: JSON.parse(data) } as Change)
      })
    }
    opened.addEventListener('error', () => {
      if (opened.readyState === EventSource.CLOSED) after(againMs, listen)
    })
  }

  function listenUntilOver(): Promise<void> {
    listen()
    return new Promise(resolve => {
      over.signal.addEventListener('abort', () => resolve())
    })
  }

  // A page that came in cleartext from another machine has no locks, and a stream of its own.
  if (navigator.locks === undefined) void listenUntilOver()
  else {
    // Rejects where it is closed before its turn.
    navigator.locks.request(name, { signal: over.signal }, listenUntilOver).catch(() => {})
  }

  return {
    close(): void {
      source?.close()
      tabs.close()
      over.abort()
    },
  }
}

export type OneStream = ReturnType<typeof createOneStream>
