import type { Clock } from '../clock.ts'
import type { Logger } from './log.ts'
import { createOnceAMinute } from './once-a-minute.ts'
import type { PostResult } from './tracing/post-spans.ts'

/** Tells when the collector cannot be reached and when it is back, and once a minute of spans that it refuses. */
export function createTracingLog(log: Logger, clock: Clock) {
  const onceAMinute = createOnceAMinute(clock)
  let isAway = false

  return (result: PostResult['result'], why: string): void => {
    if (result === 'again') {
      if (!isAway)
        log.warn({ event: 'collector-away', why }, 'the collector takes no spans; they wait for it')
      isAway = true
      return
    }
    if (isAway) log.info({ event: 'collector-back' }, 'the collector takes spans again')
    isAway = false
    if (result === 'taken') return
    onceAMinute('refused', untold =>
      log.warn(
        { event: 'spans-refused', why, untold },
        'the collector refused spans; they are dropped',
      ),
    )
  }
}
