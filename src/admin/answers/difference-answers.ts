import type { Difference, Sample } from '../../shadow/difference.ts'
import type {
  Acknowledgement,
  DifferenceAnswer,
  Finding,
  PairedLatency,
  RouteDifferences,
} from '../../shadow/finding.ts'
import { shared } from './latch-answers.ts'
import {
  always,
  count,
  countsOf,
  fieldsOf,
  listOf,
  moment,
  named,
  number,
  orNull,
  text,
  words,
} from './schema-of.ts'

const part = words<Difference['part']>({ status: true, header: true, body: true })
const kind = words<Difference['kind']>({
  missing: true,
  extra: true,
  type: true,
  value: true,
  order: true,
  size: true,
})

const sample = named<Sample>('Sample', {
  part,
  at: text,
  kind,
  v1: text,
  v2: text,
  endpoint: text,
  requestId: text,
  seenAt: moment,
})

const finding = named<Finding>('Finding', {
  part,
  at: text,
  kind,
  route: text,
  verdict: words({ real: true, noise: true, undecided: true }),
  pairs: count,
  compared: count,
  rate: orNull(number),
  noiseRate: orNull(number),
  firstSeenAt: moment,
  lastSeenAt: moment,
  samples: listOf(sample),
  acknowledged: orNull(fieldsOf<Acknowledgement>({ who: text, why: text, at: moment })),
  text,
})

const latency = fieldsOf<PairedLatency>({
  pairs: count,
  medianMs: number,
  lowMs: number,
  highMs: number,
  ofV1Itself: orNull(fieldsOf({ pairs: count, medianMs: number })),
  text,
})

export const routeDifferences = named<RouteDifferences>('RouteDifferences', {
  route: text,
  flag: text,
  basis: text,
  since: moment,
  compared: count,
  notCompared: countsOf<RouteDifferences['notCompared']>(),
  noisePairs: count,
  mismatchRate: orNull(number),
  mismatchRateInAll: orNull(number),
  findings: listOf(finding),
  latency: orNull(latency),
  text,
})

export const differenceAnswer = fieldsOf<Extract<DifferenceAnswer, { done: true }>>({
  done: always(true),
  shared,
  text,
})
