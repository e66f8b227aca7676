import type { Mark } from '../../history/marks.ts'
import type { Series, VariantSeries, WholeSpan } from '../../history/series.ts'
import { count, fieldsOf, listOf, moment, named, number, orNull, text, words } from './schema-of.ts'

const mark = named<Mark>('Mark', {
  at: moment,
  flag: text,
  kind: words({ tripped: true, resumed: true, percentage: true }),
  text,
})

const perSlot = listOf(orNull(number))
const maybe = orNull(number)

const variant = named<VariantSeries>('VariantSeries', {
  requestsPerSecond: perSlot,
  errorShare: perSlot,
  p50: perSlot,
  p95: perSlot,
  p99: perSlot,
  whole: fieldsOf<WholeSpan>({
    ...{ requests: count, errors: count, fallbacks: count, errorShare: maybe },
    ...{ p50: maybe, p95: maybe, p99: maybe },
  }),
})

export const series = fieldsOf<Series>({
  machine: text,
  flag: orNull(text),
  routes: listOf(text),
  stepMs: count,
  at: listOf(moment),
  v1: variant,
  v2: variant,
  marks: listOf(mark),
})
