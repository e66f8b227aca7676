import type { Mark } from '../../history/marks.ts'
import type { Series, VariantSeries } from '../../history/series.ts'
import { countText, msText, rateText, shareText } from '../show/numbers.ts'
import type { Span } from './spans.ts'

export const percentiles = ['p50', 'p95', 'p99'] as const
export type Percentile = (typeof percentiles)[number]

/** What one chart shows: V1 and V2 over the same time. */
export interface Lines {
  readonly title: string
  /** The same in a sentence, for those who do not see it and for those in a hurry. */
  readonly summary: string
  /** Wall-clock milliseconds at which slots begin, and how long they are. */
  readonly at: readonly number[]
  readonly stepMs: number
  readonly v1: readonly (number | null)[]
  readonly v2: readonly (number | null)[]
  readonly marks: readonly Mark[]
  readonly inWords: (value: number) => string
  /** The axis goes from 0 to this at least: a flat line near 0 is not blown up. */
  readonly leastTop: number
}

/** The three charts of a group of routes. */
export function linesOf(series: Series, percentile: Percentile, span: Span): readonly Lines[] {
  const { at, stepMs, marks, v1, v2 } = series
  const common = { at, stepMs, marks }
  const of = (values: (variant: VariantSeries) => readonly (number | null)[]) => ({
    v1: values(v1),
    v2: values(v2),
  })
  return [
    {
      ...{ ...common, title: 'Requests per second', inWords: rateText, leastTop: 1 },
      ...of(({ requestsPerSecond }) => requestsPerSecond),
      summary: unbroken(requestsInWords(series, span)),
    },
    {
      ...{ ...common, title: 'Errors', inWords: shareText, leastTop: 0.01 },
      ...of(({ errorShare }) => errorShare),
      summary: unbroken(
        `Errors in the last ${span.words}: V1 ${errorsInWords(v1)}, V2 ${errorsInWords(v2)}.`,
      ),
    },
    {
      ...{ ...common, title: `Latency, ${percentile}`, inWords: msText, leastTop: 10 },
      ...of(variant => variant[percentile]),
      summary: unbroken(
        `${percentile} over the last ${span.words}: V1 ${latencyInWords(v1, percentile)}, V2 ${latencyInWords(v2, percentile)}.`,
      ),
    },
  ]
}

function requestsInWords({ v1, v2 }: Series, { words }: Span): string {
  const { fallbacks } = v2.whole
  const instead = fallbacks === 0 ? '' : `; ${countText(fallbacks)} of V2 were answered by V1`
  return `Requests in the last ${words}: V1 ${countText(v1.whole.requests)}, V2 ${countText(v2.whole.requests)}${instead}.`
}

function errorsInWords({ whole: { errorShare, errors } }: VariantSeries): string {
  if (errorShare === null) return 'no request'
  return errors === 0 ? 'none' : `${shareText(errorShare)} (${countText(errors)})`
}

function latencyInWords({ whole }: VariantSeries, percentile: Percentile): string {
  const ms = whole[percentile]
  return ms === null ? 'no answer' : msText(ms)
}

/** A number stays on one line with its unit. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d) (?=%|m?s\b|min\b|[hd]\b)/g, '\u00a0')
}

/** What happened, short enough to stand in a chart. */
export function markInShort({ kind, text }: Mark): string {
  if (kind === 'percentage') return text
  return kind === 'tripped' ? 'switched back' : 'resumed'
}
