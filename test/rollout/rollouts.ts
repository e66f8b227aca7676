import assert from 'node:assert/strict'
import { type Percent, type RolloutRule, rolloutRule } from '../../src/config/rollout-rule.ts'
import type { RolloutConfig } from '../../src/config/schema-rollout.ts'
import type { Gate, GateState } from '../../src/rollout/gate.ts'
import { rolloutInWords } from '../../src/rollout/in-words.ts'
import type { Answer } from '../../src/rollout/requirement.ts'
import type { RolloutState } from '../../src/rollout/rollout-state.ts'
import { type FlagShare, type Step, type StepFacts, step } from '../../src/rollout/step.ts'
import { type RolloutAction, refusalOf, type Word } from '../../src/rollout/word.ts'

export const startedAt = 1_700_000_000_000

type StageConfig = RolloutConfig['stages'][number]

/** 10 %, 25 %, 100 %, nobody to ask; each stage is held for a minute. */
export function ruleOf(
  changes: Partial<Omit<RolloutConfig, 'stages'>> = {},
  stage: Partial<StageConfig> = {},
): RolloutRule {
  const stages = [10, 25, 100].map(percent => ({
    ...{ percent, hold: '60s', minRequests: 1, experiments: [] },
    ...stage,
  }))
  return rolloutRule({
    stages,
    start: 'automatic',
    approve: 'automatic',
    dryRun: false,
    ...changes,
  })
}

export function gateThat(state: GateState, text = `the gate is ${state}`): Gate {
  return { flag: 'v2', state, isLive: true, signal: null, text, budgets: [], experiments: [] }
}

/** A rollout in a world that the test moves; the flag does what it is told as soon as `obey` is called. */
export function openRollout(first: RolloutRule) {
  let rule = first
  let state: RolloutState | null = null
  let last: Step | null = null
  const words: Word[] = []
  const world = {
    now: startedAt,
    percent: 0 as Percent,
    unreadable: null as string | null,
    gate: gateThat('open'),
    answer: null as Answer | null,
    experiments: [] as StepFacts['experiments'],
    /** Since the last look; one comes between two looks while there is traffic. */
    requests: 0,
    hasTraffic: true,
    requestsPerMinute: 0,
    latch: { tripped: false, since: 0 },
    isShadowed: true,
  }

  function share(): FlagShare {
    return world.unreadable === null
      ? { readable: true, percent: world.percent }
      : { readable: false, why: world.unreadable }
  }

  function facts(): StepFacts {
    return { flag: 'v2', rule, state, share: share(), words, ...world }
  }

  return {
    world,
    /** One look; returns what came of it, as remembered. */
    look(): Step {
      last = step(facts())
      world.requests = 0
      state = last.state
      return last
    },
    /** Looks after so many seconds. */
    after(seconds: number): Step {
      world.now += seconds * 1000
      if (world.hasTraffic && world.requests === 0) world.requests = 1
      return this.look()
    },
    /** The flag says what it was told, and is looked at. */
    obey(): Step {
      assert.ok(state?.moving)
      world.percent = state.moving.to
      return this.look()
    },
    /** As after a reload. */
    change(next: RolloutRule): void {
      rule = next
    },
    say(action: RolloutAction, who = 'anna', why: string | null = null) {
      assert.ok(state !== null && last !== null)
      const refusal = refusalOf({ ...last, state, words }, { action, who })
      if (refusal === null) words.push({ action, who, why, at: world.now, stage: state.since })
      return refusal ?? 'done'
    },
    state(): RolloutState {
      assert.ok(state !== null)
      return state
    },
    words(): string {
      assert.ok(last !== null)
      return rolloutInWords(last, { share: share(), words })
    },
  }
}
