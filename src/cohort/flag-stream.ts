import type { Clock } from '../clock.ts'
import { after, pause } from '../clock.ts'
import { createEventNames } from './event-names.ts'
import type { FlagRequestOptions } from './flag-request.ts'
import type { StreamState } from './flag-source.ts'

export interface FlagStreamDeps {
  readonly config: Pick<FlagRequestOptions, 'url' | 'token' | 'appName' | 'timeoutMs'>
  readonly instanceId: string
  readonly clock: Clock
  /** The flags may have changed. */
  readonly onHint: () => void
  /** `why`: as far as it is not open. */
  readonly onState: (state: StreamState, why: string | null) => void
}

/** Milliseconds without a byte after which nobody is taken to be there; Unleash's own clients wait as long. */
const silenceMs = 60_000

/** Milliseconds until a server is asked again that does not stream, or that asks to be polled. */
const notOfferedMs = 600_000

/** Milliseconds until a stream that broke is opened again: doubled with each time in a row, up to the most. */
const firstRetryMs = 1000
const mostRetryMs = 60_000

/** Milliseconds that a stream lasts which does not count as one of a row. */
const lastedMs = 60_000

type Ended = { readonly state: 'broken' | 'not-offered'; readonly why: string }

/**
 * `GET <url>/client/streaming`: Unleash says that flags changed, as server-sent events. What changed is not
 * read from it: an event is a hint to ask for the flags now and not at the end of the interval. Polling
 * goes on beside it, so that nothing depends on the stream.
 */
export function openFlagStream({ config, instanceId, clock, onHint, onState }: FlagStreamDeps) {
  const url = `${config.url.replace(/\/+$/, '')}/client/streaming`
  const headers = {
    accept: 'text/event-stream',
    authorization: config.token,
    'user-agent': config.appName,
    'unleash-appname': config.appName,
    'unleash-instanceid': instanceId,
  }
  const closing = new AbortController()

  async function read(): Promise<Ended> {
    const attempt = new AbortController()
    const signal = AbortSignal.any([closing.signal, attempt.signal])
    const giveUp = () => attempt.abort(new Error('nothing was heard of it'))
    let cancel = after(clock, config.timeoutMs, giveUp)
    try {
      const { status, headers: answered, body } = await fetch(url, { headers, signal })
      const type = answered.get('content-type') ?? 'none'
      if (status !== 200 || body === null || !type.startsWith('text/event-stream')) {
        attempt.abort()
        const why = `answered ${status} with content-type ${type}`
        return { state: status >= 500 ? 'broken' : 'not-offered', why }
      }
      onState('open', null)
      // What changed while there was no stream nobody has told of.
      onHint()
      let wantsPolling = false
      const events = createEventNames(({ name, data }) => {
        if (name === 'unleash-updated' || name === 'unleash-connected') onHint()
        if (name === 'fetch-mode' && data === 'polling') wantsPolling = true
      })
      for await (const bytes of body) {
        cancel()
        cancel = after(clock, silenceMs, giveUp)
        events.take(bytes)
        if (wantsPolling) return { state: 'not-offered', why: 'asks to be polled' }
      }
      return { state: 'broken', why: 'ended by the server' }
    } catch (cause) {
      const { message, cause: deeper } = cause as Error
      const why = deeper instanceof Error ? deeper.message : message
      return { state: 'broken', why }
    } finally {
      cancel()
      attempt.abort()
    }
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!closing.signal.aborted) {
      const since = clock.monotonic()
      const { state, why } = await read()
      if (closing.signal.aborted) return
      onState(state, why)
      failures = clock.monotonic() - since >= lastedMs ? 1 : failures + 1
      const retryMs = Math.min(mostRetryMs, firstRetryMs * 2 ** failures)
      await pause(clock, state === 'not-offered' ? notOfferedMs : retryMs)
    }
  }

  void run()
  return { close: (): void => closing.abort() }
}
