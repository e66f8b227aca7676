import type { ResidualEntry, ResidualReport, ResidualRoute } from '../../residual/report.ts'
import type { ResidualReason } from '../../residual/row.ts'
import {
  count,
  countsOf,
  fieldsOf,
  listOf,
  moment,
  named,
  orNull,
  text,
  words,
} from './schema-of.ts'

const sums = { requests: count, callers: count, firstAt: moment, lastAt: moment }

const entry = fieldsOf<ResidualEntry>({
  segment: text,
  client: text,
  reason: words<ResidualReason>({
    'flag-missing': true,
    'flag-off': true,
    'out-of-share': true,
    forced: true,
    'switched-back': true,
    drill: true,
    fallback: true,
  }),
  ...sums,
})

const route = named<ResidualRoute>('ResidualRoute', {
  route: text,
  flag: orNull(text),
  reasons: countsOf(),
  other: count,
  rows: listOf(entry),
  ...sums,
})

export const residualReport = fieldsOf<ResidualReport>({
  from: text,
  until: text,
  machines: count,
  unread: count,
  routes: listOf(route),
  withoutV2: listOf(text),
})
