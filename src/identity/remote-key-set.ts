import { after, type Clock, pause } from '../clock.ts'
import type { JwksConfig } from '../config/schema-auth.ts'
import { type Fetched, type FetchFault, fetchKeySet } from './fetch-key-set.ts'
import type { KeySet } from './key-set.ts'

/** What became of the keys of an address. */
export type KeySetEvent =
  | { readonly type: 'new-keys'; readonly jwks: string }
  | { readonly type: 'same-keys'; readonly jwks: string }
  | {
      readonly type: 'failed'
      readonly jwks: string
      readonly reason: KeySetFault
      /** The rest of "must be …" where the answer is no key set. */
      readonly rule?: string
      readonly received?: string
    }
  /** The last good ones are older than `keepStaleSeconds`. */
  | { readonly type: 'expired'; readonly jwks: string }

export type KeySetFault = FetchFault | 'not-a-key-set'

/**
 * Seconds from the start of a fetch until the next may begin, whatever came of the first: neither an
 * outage of the identity provider nor tokens with made-up keys may turn into a flood of fetches.
 */
export const cooldownSeconds = 30

export interface RemoteKeySet extends KeySet {
  /** Seconds since the keys in force were last confirmed; null while there are none. */
  ageSeconds(): number | null
  /** To be called every second or so: fetches when it is time, and lets go of keys that are too old. */
  tick(): void
  /** Goes by these settings from now on. */
  follow(settings: JwksConfig): void
  /** Keeps its keys, and fetches no more. */
  close(): void
}

export interface RemoteKeySetOptions {
  readonly url: string
  readonly settings: JwksConfig
  readonly clock: Clock
  /** What is wrong with the text of a key set; null for nothing. */
  readonly problemOf: (text: string) => { readonly rule: string; readonly received: string } | null
  readonly onEvent: (event: KeySetEvent) => void
}

/** Keeps the keys that are published at an address, beginning now. */
export function createRemoteKeySet(options: RemoteKeySetOptions): RemoteKeySet {
  const { url, clock, problemOf, onEvent } = options
  let { settings } = options
  /** The last good ones, and when they were last confirmed. */
  let kept: { readonly keys: object; readonly text: string; confirmedAt: number } | null = null
  let startedAt = 0
  let failing = false
  /** The fetch under way. */
  let fetching: AbortController | null = null
  /** Ends with the fetch under way or `waitMs` after it began: those who come later wait for less, or not at all. */
  let waiting: Promise<void> | null = null
  let closed = false
  start()

  function start(): void {
    startedAt = clock.monotonic()
    const own = new AbortController()
    fetching = own
    const cancel = after(clock, settings.timeoutMs, () => own.abort())
    const taken = fetchKeySet(url, own.signal).then(fetched => {
      cancel()
      fetching = null
      if (!closed) take(fetched)
    })
    const waited = Promise.race([taken, pause(clock, settings.waitMs)]).then(() => {
      if (waiting === waited) waiting = null
    })
    waiting = waited
  }

  function take(fetched: Fetched): void {
    const problem = fetched.ok ? problemOf(fetched.text) : null
    failing = !fetched.ok || problem !== null
    if (!fetched.ok) {
      onEvent({ type: 'failed', jwks: url, reason: fetched.reason })
    } else if (problem !== null) {
      onEvent({ type: 'failed', jwks: url, reason: 'not-a-key-set', ...problem })
    } else if (kept !== null && kept.text === fetched.text) {
      kept.confirmedAt = clock.monotonic()
      onEvent({ type: 'same-keys', jwks: url })
    } else {
      const { text } = fetched
      kept = { keys: JSON.parse(text), text, confirmedAt: clock.monotonic() }
      onEvent({ type: 'new-keys', jwks: url })
    }
  }

  function hasRestedFor(seconds: number): boolean {
    return !closed && fetching === null && clock.monotonic() - startedAt >= seconds * 1000
  }

  function ageSeconds(): number | null {
    return kept === null ? null : (clock.monotonic() - kept.confirmedAt) / 1000
  }

  return {
    ageSeconds,
    current: () => kept?.keys ?? null,
    more() {
      if (waiting === null && hasRestedFor(cooldownSeconds)) start()
      return waiting
    },
    tick() {
      const age = ageSeconds()
      if (age !== null && age > settings.keepStaleSeconds) {
        kept = null
        onEvent({ type: 'expired', jwks: url })
      }
      if (hasRestedFor(failing ? cooldownSeconds : settings.refreshSeconds)) start()
    },
    follow(next) {
      settings = next
    },
    close() {
      closed = true
      fetching?.abort()
    },
  }
}
