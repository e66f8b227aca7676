import type { Clock } from '../../clock.ts'
import { callerOf, mistakeIn, requestOf } from '../../cohort/asked-caller.ts'
import type { AssignerDeps } from '../../cohort/assign.ts'
import type {
  ExplainAnswer,
  ExplainQuestion,
  QuestionRefused,
  SimulateAnswer,
  SimulateQuestion,
} from '../../cohort/caller-question.ts'
import { explain } from '../../cohort/explain.ts'
import type { FlagSource } from '../../cohort/flag-source.ts'
import { createHeldFlags } from '../../cohort/held-flags.ts'
import { createSeenCookie } from '../../cohort/seen-cookie.ts'
import type { LinkedRoute } from '../../config/snapshot.ts'
import type { LiveRoute } from '../live-route.ts'
import type { Serving } from '../serving.ts'
import { type Breathe, createQuestionTurns } from './question-turns.ts'
import { patienceMs, simulateCallers } from './simulate-callers.ts'
import { simulatedRoute } from './simulated-route.ts'
import { unknowable } from './unknowable.ts'
import { unknownRoute } from './unknown-route.ts'

export interface CallerQuestionsDeps {
  readonly serving: () => Serving
  /** The flags in force; null before there are any. */
  readonly flags: () => FlagSource | null
  readonly newId: AssignerDeps['newId']
  readonly clock: Clock
}

/**
 * Answers what an operator asks about callers, with the assigner, the flags and the latches that the
 * clients of this worker meet. Nothing is counted in Unleash: a question is no use of a flag.
 */
export function createCallerQuestions({ serving, flags, newId, clock }: CallerQuestionsDeps) {
  const turns = createQuestionTurns(clock, patienceMs)

  /** The flags as held now. */
  function heldFlags(): FlagSource {
    const source = flags() as FlagSource
    return createHeldFlags({ set: source.held(), status: source.status() })
  }

  function assignerDeps({ config, latch, drill }: LiveRoute, held: FlagSource) {
    return {
      route: config,
      flags: held,
      seen: createSeenCookie(config, serving().snapshot.process.cookieSecret),
      newId,
      // As they stand now: an answer that takes long is about one moment.
      ...(latch === null || drill === null ? {} : { latch: { ...latch }, drill: { ...drill } }),
    }
  }

  function liveRoute(name: string): LiveRoute | undefined {
    return serving().routes.find(({ config }) => config.name === name)
  }

  async function simulate(question: SimulateQuestion, breathe: Breathe): Promise<SimulateAnswer> {
    const { percent, strategy, callers } = question
    const found = simulatedRoute(question, serving().snapshot)
    if (typeof found === 'string') return refused('bad-question', found)
    const live = liveRoute(found.route.name) as LiveRoute
    const unknown = firstUnknowable(question, found.route)
    if (unknown !== null) return refused('bad-question', unknown)
    const held = heldFlags()
    try {
      const flag = held.feature(found.flag)
      if (flag === undefined) {
        const received = `received ${JSON.stringify(found.flag)}, which a route names`
        return refused('unknown-flag', `flag must be one that is known by now, ${received}`)
      }
      const asked = { flag, percent, strategy, callers, repeated: 0 }
      const done = await simulateCallers(assignerDeps(live, held), asked, breathe)
      return done.ok
        ? { ok: true, simulation: done.simulation }
        : refused('bad-question', done.mistake)
    } finally {
      await held.close()
    }
  }

  return {
    async explain(question: ExplainQuestion): Promise<ExplainAnswer> {
      const live = liveRoute(question.route)
      if (live === undefined) {
        return refused('unknown-route', unknownRoute(question.route, serving().snapshot))
      }
      const { config } = live
      const mistake = mistakeIn(question, config)
      if (mistake !== null) return refused('bad-question', mistake)
      const held = heldFlags()
      try {
        const deps = assignerDeps(live, held)
        const explanation = explain(deps, requestOf(question), callerOf(question, config))
        return { ok: true, explanation: { route: config.name, ...explanation } }
      } finally {
        await held.close()
      }
    },

    simulate: (question: SimulateQuestion): Promise<SimulateAnswer> =>
      turns.take(breathe => simulate(question, breathe)),
  }
}

export type CallerQuestions = ReturnType<typeof createCallerQuestions>

function firstUnknowable({ callers }: SimulateQuestion, route: LinkedRoute): string | null {
  for (const [i, caller] of callers.entries()) {
    const mistake = unknowable(caller, route)
    if (mistake !== null) return `callers.${i}: ${mistake}`
  }
  return null
}

function refused(refusal: QuestionRefused['refusal'], text: string): QuestionRefused {
  return { ok: false, refusal, text }
}
