import type { BudgetVerdict } from '../../guard/verdict.ts'
import type { Gate, GateBudget, GateExperiment } from '../../rollout/gate.ts'
import type { SignalAnswer } from '../business-signal.ts'
import { experimentVerdict } from './experiment-answers.ts'
import {
  always,
  count,
  fieldsOf,
  listOf,
  named,
  number,
  orNull,
  text,
  truth,
  words,
} from './schema-of.ts'

export const verdict = named<BudgetVerdict>('Verdict', {
  route: text,
  flag: text,
  budget: text,
  scope: orNull(text),
  verdict: words({ pass: true, breach: true, 'not-yet': true }),
  reason: words({
    'within-budget': true,
    'over-budget': true,
    'too-few-requests': true,
    'not-certain-yet': true,
    'no-traffic': true,
    'no-v1-to-compare': true,
    'noise-unknown': true,
    'hardly-compared': true,
    'no-numbers': true,
  }),
  text,
  requests: count,
  bad: count,
  share: orNull(number),
  allowed: number,
  v1: orNull(fieldsOf({ requests: count, bad: count })),
  missing: count,
  height: number,
  certainty: number,
  moreRequests: orNull(count),
  dryRun: truth,
  seenBy: words({ machine: true, fleet: true }),
})

const gateBudget = named<GateBudget>('GateBudget', {
  route: text,
  budget: text,
  scope: orNull(text),
  says: words({
    exceeded: true,
    'not-yet': true,
    'needs-live-traffic': true,
    passes: true,
    'dry-run': true,
  }),
  text,
  moreRequests: orNull(count),
})

const gateExperiment = fieldsOf<GateExperiment>({ name: text, verdict: experimentVerdict, text })

export const gate = named<Gate>('Gate', {
  flag: text,
  state: words({ open: true, closed: true, 'not-yet': true }),
  isLive: truth,
  signal: orNull(words({ mismatch: true })),
  text,
  budgets: listOf(gateBudget),
  experiments: listOf(gateExperiment),
})

export const signalAnswer = fieldsOf<Extract<SignalAnswer, { taken: true }>>({
  taken: always(true),
  budgets: count,
})
