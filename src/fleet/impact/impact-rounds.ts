import { after, type Clock } from '../../clock.ts'
import type { ProcessConfig } from '../../config/schema-process.ts'
import { attemptOf, call } from '../announce/outgoing-call.ts'
import { impactBody } from './impact-body.ts'
import type { Impact, ImpactTally } from './impact-tally.ts'

/** What came of one call. */
export type ImpactResult =
  | 'sent' // Unleash took it
  | 'failed' // no answer, or one that asks for patience
  | 'refused' // Unleash does not want it: too old, told to take no metrics, or another token

export interface ImpactRoundsDeps {
  /** Null where nothing is to be sent. */
  readonly config: () => NonNullable<ProcessConfig['unleash']> | null
  readonly clock: Clock
  /** Names this process towards Unleash. */
  readonly instanceId: string
  readonly tally: ImpactTally
  /** Hears of each call; `text` says why it came to nothing. */
  readonly onResult: (result: ImpactResult, text: string) => void
}

/** Milliseconds between two rounds, as Unleash's own SDKs have it. */
export const impactRoundMs = 60_000

/** Flags times variants in one call: with long names some 60 KB, and Unleash takes 100 KB. */
export const mostInOneCall = 50

/** Milliseconds that the last round may hold up a shutdown. */
const lastRoundMs = 1000

/**
 * Sends what was summed up, one round at a time. What Unleash did not take goes with the next round; an
 * answer that got lost after Unleash had taken it makes those requests count twice there.
 */
export function createImpactRounds(deps: ImpactRoundsDeps) {
  const { config, clock, instanceId, tally, onResult } = deps
  const closing = new AbortController()
  let from = clock.now()
  let last: ImpactResult = 'sent'
  let running: Promise<void> | null = null

  async function send(
    options: NonNullable<ProcessConfig['unleash']>,
    impacts: readonly Impact[],
    to: number,
  ): Promise<ImpactResult> {
    const { url, token, appName } = options
    const answer = await call(
      clock,
      {
        url: `${url.replace(/\/+$/, '')}/client/metrics`,
        method: 'POST',
        headers: {
          ...{ authorization: token, 'content-type': 'application/json' },
          ...{ 'unleash-appname': appName, 'unleash-instanceid': instanceId },
        },
        body: impactBody({ appName, instanceId, token }, impacts, { from, to }),
        reads: false,
      },
      closing.signal,
    )
    const { result, text } = attemptOf(answer, '')
    // So Unleash says that it was told to take no metrics.
    if (answer.status === 204) return told('refused', 'answered 204')
    return told(result === 'done' ? 'sent' : result === 'again' ? 'failed' : 'refused', text)
  }

  function told(result: ImpactResult, text: string): ImpactResult {
    last = result
    onResult(result, text)
    return result
  }

  async function round(): Promise<void> {
    const options = config()
    const to = clock.now()
    let rest = tally.take()
    // What was counted before it was turned off is nobody's any more.
    if (options === null) return
    while (rest.length > 0) {
      if ((await send(options, rest.slice(0, mostInOneCall), to)) !== 'sent') {
        tally.putBack(rest)
        return
      }
      rest = rest.slice(mostInOneCall)
    }
    from = to
  }

  function begin(): Promise<void> {
    running ??= round().finally(() => {
      running = null
    })
    return running
  }
  const stop = clock.every(impactRoundMs, () => void begin())

  return {
    /** Sends the last of it, unless Unleash did not take the last that was sent. */
    async close(): Promise<void> {
      stop()
      const cancel = after(clock, lastRoundMs, () => closing.abort())
      await running
      if (last === 'sent') await begin()
      cancel()
    },
  }
}
