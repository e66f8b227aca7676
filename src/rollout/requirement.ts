import type { Approval, Percent, RolloutRule } from '../config/rollout-rule.ts'
import type { ExperimentReport } from '../experiment/report.ts'
import type { Gate } from './gate.ts'
import { isNobody, reaches } from './percent.ts'
import type { RolloutState } from './rollout-state.ts'
import { agreedBy, type Word } from './word.ts'

/** What a stage demands before it is left. */
export type RequirementKind = 'hold' | 'requests' | 'gate' | 'experiment' | 'ask' | 'approval'

export interface Requirement {
  readonly kind: RequirementKind
  readonly met: boolean
  /** Where it stands, in a sentence with its numbers. */
  readonly text: string
  /** About how long until it can be met, in milliseconds; null where nobody knows. */
  readonly aboutMs: number | null
}

/** What the address of `ask` said last. */
export type Answer =
  | { readonly go: true }
  | { readonly go: false; readonly why: string }
  /** It gave no answer of that form: neither yes nor no. */
  | { readonly go: null; readonly why: string }

/** What an experiment says, and how long it takes at least until it may say more. */
export type StageExperiment = Pick<ExperimentReport, 'name' | 'verdict' | 'text' | 'missingMs'>

export interface StageFacts {
  readonly rule: RolloutRule
  readonly state: RolloutState
  /** Wall-clock milliseconds. */
  readonly now: number
  readonly gate: Gate
  /** Those that the stage waits for, and perhaps others. */
  readonly experiments: readonly StageExperiment[]
  /** Of the address that the stage asks; null before its first answer. */
  readonly answer: Answer | null
  /** What people said, in whatever order. */
  readonly words: readonly Word[]
  /** Requests that V2 answers in a minute, as of late; 0 while there are none. */
  readonly requestsPerMinute: number
}

const people: Readonly<Record<Approval, number>> = {
  automatic: 0,
  'one-person': 1,
  'two-persons': 2,
}

/** The last stage of which no percent is above what the flag says; -1 before the first. */
export function stageAt({ stages }: RolloutRule, percent: Percent): number {
  return stages.findLastIndex(stage => reaches(percent, stage.percent))
}

/** All that must hold before the stage is left, in the order in which it is told. */
export function requirementsOf(facts: StageFacts): readonly Requirement[] {
  const { rule, state } = facts
  const at = stageAt(rule, state.percent)
  const stage = rule.stages[at]
  // Behind the last stage there is nothing to agree to.
  const isLast = at === rule.stages.length - 1
  const wanted = people[stage?.approve ?? rule.start]
  const persons = isLast ? 0 : Math.max(wanted, state.lowered ? 1 : 0)
  return [
    ...(stage === undefined || stage.holdMs === 0 ? [] : [holding(facts, stage.holdMs)]),
    // By hand it may say less than the first stage does: there too silence proves nothing.
    ...(isNobody(state.percent) ? [] : [counting(facts, stage?.minRequests ?? 1)]),
    judging(facts.gate),
    ...(stage?.experiments ?? []).map(name => experimenting(name, facts.experiments)),
    ...(isLast || stage?.ask == null ? [] : [asking(facts.answer)]),
    ...(persons === 0 ? [] : [agreeing(agreedBy(state, facts.words), persons)]),
  ]
}

function holding({ state, now }: StageFacts, holdMs: number): Requirement {
  const left = Math.max(0, state.since + holdMs - now)
  const text = left === 0 ? `held for ${span(holdMs)}` : `held for ${span(left)} more`
  return { kind: 'hold', met: left === 0, text, aboutMs: left }
}

function counting(facts: StageFacts, wanted: number): Requirement {
  const { state, requestsPerMinute } = facts
  const lacking = Math.max(0, wanted - state.requests)
  if (lacking === 0) {
    const text = `${count(state.requests)} V2 requests`
    return { kind: 'requests', met: true, text, aboutMs: 0 }
  }
  const aboutMs = requestsPerMinute === 0 ? null : (lacking / requestsPerMinute) * 60_000
  const pace = aboutMs === null ? 'none comes now' : `about ${span(aboutMs)}`
  const text = `${count(lacking)} more V2 ${lacking === 1 ? 'request' : 'requests'}, ${pace}`
  return { kind: 'requests', met: false, text, aboutMs }
}

function judging({ state, text }: Gate): Requirement {
  const met = state === 'open'
  return { kind: 'gate', met, text, aboutMs: met ? 0 : null }
}

/** One that shows no difference says nothing for V2, whatever it cost to find out. */
function experimenting(name: string, experiments: readonly StageExperiment[]): Requirement {
  const found = experiments.find(each => each.name === name)
  const kind = 'experiment'
  if (found === undefined) {
    return { kind, met: false, text: `${name}: nothing is known of it`, aboutMs: null }
  }
  const { verdict, text, missingMs } = found
  const met = verdict === 'better' || verdict === 'no-worse'
  const aboutMs = met ? 0 : verdict === 'not-yet' && missingMs > 0 ? missingMs : null
  return { kind, met, text: `${verdict.replaceAll('-', ' ')}: ${text}`, aboutMs }
}

function asking(answer: Answer | null): Requirement {
  if (answer?.go === true) return { kind: 'ask', met: true, text: 'says go', aboutMs: 0 }
  const why = answer === null ? 'has not answered yet' : answer.why
  return { kind: 'ask', met: false, text: why, aboutMs: null }
}

function agreeing(names: readonly string[], wanted: number): Requirement {
  const met = names.length >= wanted
  const persons = wanted === 1 ? 'a person' : `${wanted} persons`
  const text =
    names.length === 0
      ? `the word of ${persons}`
      : met
        ? `agreed by ${names.join(' and ')}`
        : `agreed by ${names.join(' and ')}, and the word of a second person`
  return { kind: 'approval', met, text, aboutMs: met ? 0 : null }
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** A time that people plan with: 40 min, 3 h, 2 d. */
export function span(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.ceil(seconds / 3600)} h`
  return `${Math.ceil(seconds / 86_400)} d`
}
