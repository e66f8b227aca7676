import type { Clock } from '../../clock.ts'
import type { Percent, RolloutRule } from '../../config/rollout-rule.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Gate } from '../../rollout/gate.ts'
import type { rolloutInWords } from '../../rollout/in-words.ts'
import type { newsInWords, wordInWords } from '../../rollout/news-in-words.ts'
import type { isNobody } from '../../rollout/percent.ts'
import type { stageAt } from '../../rollout/requirement.ts'
import type { stageLine } from '../../rollout/stage-line.ts'
import type { FlagShare, nextOf, StepFacts, step } from '../../rollout/step.ts'
import type { RolloutAction, RolloutRefusal, refusalOf, Word } from '../../rollout/word.ts'
import type { Shared } from '../stores/fleet-notices.ts'
import { createAskedAddresses } from './asked-address.ts'
import { createPace } from './requests-per-minute.ts'
import { refusalInWords } from './rollout-in-words.ts'
import type { RolloutMemory } from './rollout-memory.ts'
import { createRolloutNews, type RolloutNewsDeps } from './rollout-news.ts'
import { type Found, type RolledOut, type RolloutReport, rolloutReport } from './rollout-report.ts'
import { createUnwritten } from './unwritten.ts'

export type RolloutAnswer =
  | {
      readonly done: true
      readonly report: RolloutReport
      /** `down`: only this machine knows so far. */
      readonly shared: Shared
      readonly text: string
    }
  | { readonly done: false; readonly refusal: RolloutRefusal; readonly text: string }

export interface RolloutRequest {
  readonly flag: string
  readonly action: RolloutAction
  readonly who: string
  readonly why: string | null
}

export interface RolloutKeeperDeps extends RolloutNewsDeps {
  readonly rules: {
    readonly step: typeof step
    readonly stageAt: typeof stageAt
    readonly nextOf: typeof nextOf
    readonly isNobody: typeof isNobody
    readonly refusalOf: typeof refusalOf
    readonly inWords: typeof rolloutInWords
    readonly newsInWords: typeof newsInWords
    readonly wordInWords: typeof wordInWords
    readonly stageLine: typeof stageLine
  }
  readonly memory: RolloutMemory
  readonly clock: Clock
  /** Whether this machine is the one that acts; null where it is alone, and does. */
  readonly leads: () => boolean | null
  readonly rolledOut: () => readonly RolledOut[]
  /** `isLive`: clients are sent to V2, so that it must be judged by them. */
  readonly gateOf: (flag: string, isLive: boolean) => Gate
  readonly experiments: () => StepFacts['experiments']
  readonly latchOf: (flag: string) => LatchState
  /** Requests that V2 of a flag answered since the last call, over all machines. */
  readonly takeRequests: (flag: string) => number
  /** Hears of each look. */
  readonly onStep: (report: RolloutReport) => void
  /** No policy rolls this flag out any more. */
  readonly onEnd: (flag: string) => void
  readonly log: {
    info(details: object, message: string): void
    warn(details: object, message: string): void
    error(details: object, message: string): void
  }
  /** Ends the calls under way. */
  readonly signal: AbortSignal
}

/** Milliseconds between two looks at a rollout, and at the flag that it moves. */
export const lookMs = 2000

/**
 * Takes rollouts on, a look at a time. Every machine looks, so that each can say where they stand; the one
 * that leads counts, remembers and moves the flag. What it is about to do is on disk before it is done.
 */
export function createRolloutKeeper(deps: RolloutKeeperDeps) {
  const { rules, memory, clock, log } = deps
  const asked = createAskedAddresses(clock, deps.signal)
  const paces = new Map<string, ReturnType<typeof createPace>>()
  const unwritten = createUnwritten(clock)
  const tell = createRolloutNews(deps)
  const found = new Map<string, Found>()
  let looking: Promise<void> | null = null

  function paceOf(flag: string): ReturnType<typeof createPace> {
    const pace = paces.get(flag) ?? createPace()
    paces.set(flag, pace)
    return pace
  }

  const recall = (flag: string) => memory.recall(flag, deps.leads() !== false)

  async function factsOf({ flag, rule, isShadowed }: RolledOut): Promise<StepFacts> {
    const { state, words } = await recall(flag)
    const share = await deps.door().read(flag, rule.strategy)
    const counted = deps.takeRequests(flag)
    // What came before the first look is of a time that nobody watched.
    const taken = found.has(flag) ? counted : 0
    const pace = paceOf(flag)
    pace.add(taken, clock.monotonic())
    // Only who leads writes them down; what it left behind then is of another stage by the time it leads again.
    if (deps.leads() === false) unwritten.forget(flag)
    const requests = deps.leads() === false ? taken : unwritten.add(flag, taken)
    const latch = deps.latchOf(flag)
    return {
      ...{ flag, rule, state, share, words, requests, isShadowed },
      now: clock.now(),
      gate: deps.gateOf(flag, share.readable && !rules.isNobody(share.percent)),
      experiments: deps.experiments(),
      answer: answerOf(rule, flag, share),
      requestsPerMinute: pace.perMinute(clock.monotonic()),
      latch: { tripped: latch.state === 'tripped', since: latch.version === 0 ? 0 : latch.since },
    }
  }

  /** Nobody is asked about a flag whose percentage is not known. */
  function answerOf(rule: RolloutRule, flag: string, share: FlagShare): StepFacts['answer'] {
    if (!share.readable) return null
    const ask = rule.stages[rules.stageAt(rule, share.percent)]?.ask ?? null
    const next = rules.nextOf(rule, share.percent)
    if (ask === null) return null
    if (deps.leads() === false)
      return { go: null, why: 'the machine that leads asks whether to go on' }
    return asked.answerOf(ask, { flag, percent: share.percent, next })
  }

  async function look(each: RolledOut): Promise<void> {
    const facts = await factsOf(each)
    const taken = rules.step(facts)
    found.set(each.flag, { facts, step: taken })
    deps.onStep(reportOf(each))
    if (deps.leads() === false || taken.state === null) return
    let isKept = true
    if (taken.state.version !== facts.state?.version || unwritten.isDue(each.flag)) {
      isKept = await memory.remember(taken.state)
      unwritten.written(each.flag, facts.requests)
    }
    for (const news of taken.news) await tell(each.flag, news)
    if (taken.move === null) return
    const moved = await move(each, taken.state.percent, taken.move, isKept)
    if (!moved.ok) {
      const { place } = deps.door()
      log.warn({ flag: each.flag, to: taken.move, why: moved.text }, `${place} was not moved`)
    }
  }

  /** Remembering, telling and writing take their time: whatever forbids it by now holds it at the last moment. */
  async function move({ flag, rule }: RolledOut, from: Percent, to: Percent, isKept: boolean) {
    const forbids = () => {
      if (deps.latchOf(flag).state === 'tripped') return 'it is switched back'
      if (deps.leads() === false) return 'this machine leads no more'
      return isKept ? null : 'a store does not know of it'
    }
    return deps.door().move(flag, rule.strategy, from, to, forbids)
  }

  async function lookAtAll(): Promise<void> {
    const rolledOut = deps.rolledOut()
    const flags = new Set(rolledOut.map(({ flag }) => flag))
    for (const flag of found.keys()) {
      if (flags.has(flag)) continue
      found.delete(flag)
      paces.delete(flag)
      unwritten.forget(flag)
      deps.onEnd(flag)
    }
    for (const each of rolledOut) {
      try {
        await look(each)
      } catch (error) {
        log.error({ err: error, flag: each.flag }, 'a rollout could not be looked at')
      }
    }
  }

  /** One look at a time, whatever it takes; those who ask meanwhile share it. */
  function lookOnce(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null
    })
    return looking
  }

  /** A look that begins now: one that is under way may not have heard what was just said. */
  async function lookAfresh(): Promise<void> {
    await looking
    await lookOnce()
  }

  const stop = clock.every(lookMs, () => void lookOnce())

  function reportOf(each: RolledOut): RolloutReport {
    return rolloutReport(each, deps.door().place, found.get(each.flag) ?? null, rules)
  }

  return {
    /** What is rolled out, and where it stands. */
    reports: (): readonly RolloutReport[] => deps.rolledOut().map(reportOf),
    /** What a person says. In force at the next look of the machine that leads. */
    async say({ flag, action, who, why }: RolloutRequest): Promise<RolloutAnswer> {
      const each = deps.rolledOut().find(rolled => rolled.flag === flag)
      if (each === undefined) return refused('no-rollout', flag)
      await lookOnce()
      const seen = found.get(flag)
      const { state: kept, words } = await recall(flag)
      // Of a stage that only this machine has seen, the one that leads would not know what was meant. Who
      // stops it means all stages.
      const isSettled = action !== 'promote' || kept?.since === seen?.step.state?.since
      if (seen === undefined || kept === null || !isSettled) return refused('unsettled', flag)
      const { state, phase, next } = { ...seen.step, state: kept }
      const refusal = rules.refusalOf({ state, phase, next, words }, { action, who })
      if (refusal !== null) return refused(refusal, flag)
      // Behind every word known so far, though the clocks of the machines differ.
      const at = Math.max(clock.now(), ...words.map(said => said.at + 1))
      const word: Word = { action, who, why, at, stage: state.since }
      const shared = await memory.say(flag, word)
      deps.audit({
        event: 'rollout-word',
        who,
        subject: flag,
        why: `${rules.wordInWords(word, state.percent, next)}${why === null ? '' : `: ${why}`}`,
        evidence: { ...word, percent: state.percent, next },
      })
      await lookAfresh()
      const report = reportOf(each)
      return { done: true, report, shared, text: report.text }
    },
    async close(): Promise<void> {
      stop()
      await looking
    },
  }
}

function refused(refusal: RolloutRefusal, flag: string): RolloutAnswer {
  return { done: false, refusal, text: refusalInWords(refusal, flag) }
}

export type RolloutKeeper = ReturnType<typeof createRolloutKeeper>
