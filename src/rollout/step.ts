import type { Percent, RolloutRule } from '../config/rollout-rule.ts'
import type { Gate } from './gate.ts'
import { isBetween, isNobody, isOfSame, isSamePercent, raisedTo, reaches } from './percent.ts'
import {
  type Answer,
  type Requirement,
  requirementsOf,
  type StageExperiment,
  stageAt,
} from './requirement.ts'
import { entered, newRollout, type Phase, type RolloutState } from './rollout-state.ts'
import { stagesAhead } from './stages-ahead.ts'
import { pausedBy, type Word } from './word.ts'

/** What the flag says: who gets V2 is written there and nowhere else. */
export type FlagShare =
  | { readonly readable: true; readonly percent: Percent }
  /** It is off, has no strategy that can be moved, or nobody can be asked. */
  | { readonly readable: false; readonly why: string }

export interface StepFacts {
  readonly flag: string
  readonly rule: RolloutRule
  /** As it was left by the last step of any machine; null before the first. */
  readonly state: RolloutState | null
  /** Wall-clock milliseconds. */
  readonly now: number
  readonly share: FlagShare
  readonly gate: Gate
  readonly experiments: readonly StageExperiment[]
  readonly answer: Answer | null
  /** What people said, in whatever order. */
  readonly words: readonly Word[]
  /** Requests that V2 answered since the last step, over all machines. */
  readonly requests: number
  readonly requestsPerMinute: number
  readonly latch: { readonly tripped: boolean; readonly since: number }
  /** Whether requests are copied to V2. */
  readonly isShadowed: boolean
}

/** Something to be told of and audited. The word is the same there, in the API and in the docs. */
export type RolloutNews =
  | { readonly event: 'stage-begun'; readonly from: Percent; readonly to: Percent }
  /** `jumped`: beyond a gate that was not open. */
  | {
      readonly event: 'moved-by-hand'
      readonly from: Percent
      readonly to: Percent
      readonly jumped: boolean
    }
  /** The flag was told to say `to` and went on saying `from`. */
  | { readonly event: 'move-lost'; readonly from: Percent; readonly to: Percent }
  | { readonly event: 'promoted'; readonly from: Percent; readonly to: Percent }

export interface Step {
  /** To be remembered, where it is another than before; null while nothing can be known of the flag. */
  readonly state: RolloutState | null
  readonly phase: Phase
  readonly requirements: readonly Requirement[]
  /** Percent of the stage that comes next; null behind the last. */
  readonly next: Percent | null
  /** Percent that the flag is to be told to say now; null for nothing to do. */
  readonly move: Percent | null
  readonly news: readonly RolloutNews[]
}

/** Milliseconds after which a flag that was told another percent is taken not to have heard. */
const moveMs = 60_000

/**
 * One look at a rollout: what it is, and what is to be done. It follows the flag, whoever moves that, and
 * goes on only where everything that the stage demands is there. Silence is never enough: a gate that
 * cannot be judged, an address that does not answer and a flag that cannot be read all hold it where it is.
 */
export function step(facts: StepFacts): Step {
  const { flag, share, now, latch } = facts
  const first = share.readable ? newRollout(flag, share.percent, now) : null
  const known = facts.state === null ? first : ofThisPlan(facts.state, share, now)
  if (known === null) return stay(facts, null, 'idle')
  // What was counted and agreed before a switch back, or before the resume, says nothing about what is now.
  const state = latch.since > known.since ? begunAnew(known, latch.since) : known
  if (latch.tripped) return stay(facts, state, 'switched-back')
  if (!share.readable) return stay(facts, state, phaseAt(facts, state))
  const isThere = isSamePercent(share.percent, state.percent)
  const isHalfway = !isThere && isUnderWay(state, share.percent)
  if (!isThere && !isHalfway) return followed(facts, state, share.percent)
  // Of a stage that begins with this look no request was seen yet.
  const requests = state === facts.state ? facts.requests : 0
  const counted = { ...state, requests: state.requests + requests }
  if (counted.moving === null) return onward(facts, counted, [])
  const { to, at } = counted.moving
  // Either way: a clock that was set back must not keep it waiting.
  const isFresh = Math.abs(now - at) < moveMs
  if (isThere && isFresh) return stay(facts, counted, 'progressing')
  // Whoever told its strategies one after the other was cut off in between.
  if (isFresh && mayGoOn(facts, state, at)) {
    return { ...stay(facts, counted, 'progressing'), move: to }
  }
  const { percent } = share
  const lost = { ...counted, percent, version: state.version + 1, moving: null, unheard: true }
  // It may be told every minute for days, where nobody mends what keeps it from hearing.
  const news = state.unheard ? [] : [{ event: 'move-lost', from: percent, to } as const]
  return stay(facts, lost, phaseAt(facts, lost), news)
}

/** Of several strategies some say what they were told, and the others what they said before. */
function isUnderWay({ percent, moving }: RolloutState, now: Percent): boolean {
  return moving !== null && !isSamePercent(now, moving.to) && isBetween(now, percent, moving.to)
}

/** Whether what was begun at that time may be brought to its end: nobody said no since. */
function mayGoOn({ rule, words }: StepFacts, { since }: RolloutState, at: number): boolean {
  return at >= since && !rule.dryRun && pausedBy(words) === null
}

/** Begins anew where the plan is one of other strategies than those that are remembered. */
function ofThisPlan(state: RolloutState, share: FlagShare, now: number): RolloutState {
  if (!share.readable || isOfSame(share.percent, state.percent)) return state
  return { ...entered(state, share.percent, now), lowered: state.lowered }
}

/** The flag says something else than when last seen: what it was told to, or what a person wrote. */
function followed(facts: StepFacts, before: RolloutState, to: Percent): Step {
  const from = before.percent
  const begun = entered(before, to, facts.now)
  if (before.moving !== null && isSamePercent(before.moving.to, to))
    return onward(facts, begun, [{ event: 'stage-begun', from, to }])
  const ahead = stagesAhead(facts.rule, from, to)
  const jumped =
    ahead > 1 || (ahead === 1 && lackingOf(requirementsOf({ ...facts, state: before })).length > 0)
  const state = { ...begun, jumped, lowered: !reaches(to, from) }
  return onward(facts, state, [{ event: 'moved-by-hand', from, to, jumped }])
}

/** The same stage, after a latch was tripped or resumed. What is under way may still arrive, and is nobody's hand. */
function begunAnew(state: RolloutState, now: number): RolloutState {
  const { lowered, moving } = state
  return { ...entered(state, state.percent, now), lowered, moving }
}

/** Goes on to the next stage where nothing is lacking. */
function onward(facts: StepFacts, state: RolloutState, news: readonly RolloutNews[]): Step {
  const { rule, now } = facts
  const requirements = requirementsOf({ ...facts, state })
  const next = nextOf(rule, state.percent)
  const here = { state, requirements, next, move: null, news }
  if (pausedBy(facts.words) !== null) return { ...here, phase: 'paused' }
  const lacking = lackingOf(requirements)
  if (lacking.length > 0) {
    const onlyWord = lacking.every(({ kind }) => kind === 'approval')
    return { ...here, phase: onlyWord ? 'waiting-approval' : phaseAt(facts, state) }
  }
  if (next === null) {
    const { percent } = state
    if (state.promoted) return { ...here, phase: 'promoted' }
    return {
      ...here,
      phase: 'promoted',
      state: { ...state, version: state.version + 1, promoted: true },
      news: [...news, { event: 'promoted', from: percent, to: percent }],
    }
  }
  if (rule.dryRun) return { ...here, phase: phaseAt(facts, state) }
  const moving = { ...state, version: state.version + 1, moving: { to: next, at: now } }
  return { ...here, state: moving, phase: 'progressing', move: next }
}

/** Nothing is done, and nothing is known to be wrong with that. */
function stay(
  facts: StepFacts,
  state: RolloutState | null,
  phase: Phase,
  news: readonly RolloutNews[] = [],
): Step {
  const here = { state, phase, move: null, news }
  if (state === null) return { ...here, requirements: [], next: null }
  const requirements = requirementsOf({ ...facts, state })
  return { ...here, requirements, next: nextOf(facts.rule, state.percent) }
}

/** Of a stage that goes on. */
function phaseAt({ rule, words, isShadowed }: StepFacts, state: RolloutState): Phase {
  if (pausedBy(words) !== null) return 'paused'
  // A stage may have been added behind the one that was the last.
  if (state.promoted && nextOf(rule, state.percent) === null) return 'promoted'
  if (!isNobody(state.percent)) return 'holding'
  return isShadowed ? 'shadowing' : 'idle'
}

function lackingOf(requirements: readonly Requirement[]): readonly Requirement[] {
  return requirements.filter(({ met }) => !met)
}

/** What the flag is told when the stage is left that it stands in; null behind the last. */
export function nextOf(rule: RolloutRule, percent: Percent): Percent | null {
  const stage = rule.stages[stageAt(rule, percent) + 1]
  return stage === undefined ? null : raisedTo(percent, stage.percent)
}
