import type { Clock } from '../clock.ts'
import type { ControlMetrics } from './control-metrics.ts'
import type { Logger } from './log.ts'

/** A refusal of the admin listener; never with a token. */
interface Refused {
  readonly reason: string
  readonly address: string
  readonly method: string
  readonly page: string | null
  readonly name: string | null
}

/** Lines that are written in `periodMs` at most: whoever can connect can be refused. */
const maxLines = 60
const periodMs = 60_000

/**
 * Counts the requests that the admin listener refused for who asked, and tells of them. What came
 * beyond the lines of a minute is told in number with the first line of the next.
 */
export function createAdminRefusalLog(
  log: Pick<Logger, 'warn'>,
  { adminRefusals }: Pick<ControlMetrics, 'adminRefusals'>,
  clock: Clock,
) {
  let begunAt = clock.monotonic()
  let lines = 0
  let untold = 0

  return (refused: Refused): void => {
    adminRefusals.inc({ reason: refused.reason })
    const now = clock.monotonic()
    if (now - begunAt >= periodMs) [begunAt, lines] = [now, 0]
    if (lines >= maxLines) {
      untold++
      return
    }
    lines++
    log.warn(
      { event: 'admin-refused', ...refused, ...(untold === 0 ? {} : { untold }) },
      'a request to the admin listener was refused',
    )
    untold = 0
  }
}
