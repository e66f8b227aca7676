import type { ShownStatus } from '../admin/answers/status-answers.ts'
import type { Change } from '../admin/events/change.ts'
import type { Api } from './api.ts'
import { createOneStream, type OneStream } from './one-stream.ts'
import { every, now } from './time.ts'

/** Milliseconds between two statuses while nothing is heard to change and somebody looks. */
const pollMs = 2000

/** How the page and the gateway stand. */
export interface Hearing {
  readonly state: 'waiting' | 'live' | 'lost'
  /** Wall-clock milliseconds of this browser at which the last status came. */
  readonly lastAt: number | null
}

export interface LiveDeps {
  readonly api: Api
  readonly onStatus: (status: ShownStatus) => void
  readonly onHearing: (hearing: Hearing) => void
  /** `missed`: what changed in between is not told; ask anew. */
  readonly onChange: (change: Change | 'missed') => void
  /** The stream is there, perhaps of another session than before. */
  readonly onOpened: () => void
}

/** Keeps the console up to date: the status every two seconds, and at once when the stream tells of a change. */
export function createLive({ api, onStatus, onHearing, onChange, onOpened }: LiveDeps) {
  let lastAt: number | null = null
  let isAsking = false
  let isWanted = false
  let isOver = false
  let stream: OneStream | null = null

  async function look(): Promise<void> {
    isWanted = true
    if (isAsking || isOver) return
    isAsking = true
    while (isWanted && !isOver) {
      isWanted = false
      const answer = await api.get<ShownStatus>('/status')
      if (answer.ok) {
        lastAt = now()
        onStatus(answer.value)
      }
      if (!isOver) onHearing({ state: answer.ok ? 'live' : 'lost', lastAt })
    }
    isAsking = false
  }

  function open(): void {
    stream = createOneStream(heard => {
      if (heard === 'opened') onOpened()
      else onChange(heard)
      void look()
    })
    void look()
  }

  return {
    start(): void {
      if (!isOver) open()
      every(pollMs, () => {
        if (!document.hidden) void look()
      })
      document.addEventListener('visibilitychange', () => {
        if (!document.hidden) void look()
      })
    },
    /** Asks now: something was done that changes the status. */
    look: (): void => void look(),
    /** Nothing more is asked for or heard: who is logged out would only be refused. */
    stop(): void {
      isOver = true
      stream?.close()
    },
    /** Somebody is logged in again. */
    goOn(): void {
      isOver = false
      open()
    },
  }
}
