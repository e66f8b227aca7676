import type { ExperimentReport } from '../../experiment/report.ts'
import { html, type TemplateResult } from '../template.ts'

type Interval = NonNullable<ExperimentReport['interval']>
type Rule = Pick<ExperimentReport['rule'], 'margin' | 'better'>

/** Width of the picture in its own units; no difference stands in its middle. */
const width = 200

/** Where each value stands: as far from the middle as it is from no difference. */
export function placesOf({ low, high, difference }: Interval, { margin, better }: Rule) {
  const limit = better === 'more' ? -margin : margin
  const widest = Math.max(Math.abs(low), Math.abs(high), margin) || 1
  const at = (value: number) => width / 2 + (value / widest) * (width / 2 - 4)
  return { low: at(low), high: at(high), difference: at(difference), limit: at(limit) }
}

/**
 * Between what V2 − V1 lies; the line in the middle is no difference, the dashed one how much worse V2 may
 * be. All of it stands in words beside it.
 */
export function intervalView(interval: Interval, rule: Rule): TemplateResult {
  const { low, high, difference, limit } = placesOf(interval, rule)
  return html`<svg class="interval" viewBox="0 0 200 16" aria-hidden="true">
    <line class="none" x1="100" x2="100" y1="0" y2="16"></line>
    <line class="limit" x1=${limit} x2=${limit} y1="0" y2="16"></line>
    <line class="range" x1=${low} x2=${high} y1="8" y2="8"></line>
    <circle class="middle" cx=${difference} cy="8" r="3.5"></circle>
  </svg>`
}
