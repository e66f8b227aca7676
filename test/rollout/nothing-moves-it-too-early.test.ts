import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RolloutRule } from '../../src/config/rollout-rule.ts'
import type { RolloutState } from '../../src/rollout/rollout-state.ts'
import { type StepFacts, step } from '../../src/rollout/step.ts'
import type { Word } from '../../src/rollout/word.ts'
import { createRandom, type Random } from '../fuzz/random.ts'
import { gateThat, ruleOf, startedAt } from './rollouts.ts'

const people = { automatic: 0, 'one-person': 1, 'two-persons': 2 }
const approvals = ['automatic', 'one-person', 'two-persons'] as const

function randomRule({ pick, chance }: Random): RolloutRule {
  const rule = ruleOf({ start: pick(approvals), approve: pick(approvals), dryRun: chance(0.05) })
  return {
    ...rule,
    stages: rule.stages.map(stage => ({
      ...stage,
      minRequests: pick([1, 5]),
      ask: chance(0.3) ? 'http://127.0.0.1/' : null,
      holdMs: pick([0, 20_000, 60_000]),
    })),
  }
}

/** What a person counts on, told once more without the code that it is held against. */
interface Stage {
  readonly percent: number
  /** When the flag was first seen to say so, or the latch last changed. */
  readonly since: number
  requests: number
  readonly agreed: Set<string>
  readonly lowered: boolean
  /** Told and not known to be lost. */
  told: boolean
}

function stageThat(percent: number, since: number, lowered: boolean): Stage {
  return { percent, since, lowered, requests: 0, agreed: new Set(), told: false }
}

/** Everything that must be so for the flag to be told to go on; what is not stands in the answer. */
function lacking(rule: RolloutRule, stage: Stage, facts: StepFacts, isPaused: boolean): string[] {
  const here = rule.stages.findLast(({ percent }) => Number(percent) <= stage.percent)
  const agree = Math.max(people[here?.approve ?? rule.start], stage.lowered ? 1 : 0)
  const all = {
    'no switch back': !facts.latch.tripped,
    'no pause': !isPaused,
    'no dry run': !rule.dryRun,
    'a flag that can be read': facts.share.readable,
    'an open gate': facts.gate.state === 'open',
    'its time': facts.now - stage.since >= (here?.holdMs ?? 0),
    'its requests': stage.percent === 0 || stage.requests >= (here?.minRequests ?? 1),
    'the address': here?.ask == null || facts.answer?.go === true,
    'its persons': stage.agreed.size >= agree,
    'no move under way': !stage.told,
  }
  return Object.entries(all).flatMap(([name, isSo]) => (isSo ? [] : [name]))
}

/** One way through a rollout, by chance; returns how often the flag was told to go on. */
function walk(seed: number, looks: number): number {
  const random = createRandom(seed)
  const { chance, pick, below } = random
  const rule = randomRule(random)
  const words: Word[] = []
  let state = null as RolloutState | null
  let stage: Stage | null = null
  let percent = pick([0, 0, 5, 10])
  let now = startedAt
  let latch = { tripped: false, since: 0 }
  let isPaused = false
  let moves = 0

  function speak(): void {
    if (state === null || stage === null) return
    const who = pick(['anna', 'boris', 'cleo'])
    const said = { who, why: null, at: now, stage: state.since }
    const action = isPaused ? 'continue' : chance(0.1) ? 'pause' : 'promote'
    words.push({ ...said, action })
    if (action === 'promote') stage.agreed.add(who)
    else isPaused = action === 'pause'
  }

  for (let nth = 0; nth < looks; nth++) {
    now += 1 + below(15_000)
    if (chance(0.3)) speak()
    if (chance(0.02)) latch = { tripped: !latch.tripped, since: now }
    if (chance(0.02)) percent = pick([0, 5, 10, 25, 30, 100])
    if (state?.moving != null && !latch.tripped && chance(0.5)) percent = Number(state.moving.to)
    const facts: StepFacts = {
      ...{ flag: 'v2', rule, state, now, words, latch, isShadowed: chance(0.5) },
      share: chance(0.1) ? { readable: false, why: 'down' } : { readable: true, percent },
      gate: gateThat(pick(['open', 'open', 'open', 'closed', 'not-yet'])),
      answer: pick([null, { go: true }, { go: false, why: 'no' }, { go: null, why: 'down' }]),
      requests: below(4),
      requestsPerMinute: 0,
      experiments: [],
    }
    const taken = step(facts)

    if (facts.share.readable) stage ??= stageThat(percent, now, false)
    let isNew = state === null
    if (stage !== null && latch.since > stage.since) {
      stage = { ...stageThat(stage.percent, latch.since, stage.lowered), told: stage.told }
      isNew = true
    }
    if (stage !== null && facts.share.readable && !latch.tripped) {
      if (percent !== stage.percent) {
        const wasTold = stage.told && state?.moving?.to === percent
        stage = stageThat(percent, now, !wasTold && percent < stage.percent)
      } else if (!isNew) stage.requests += facts.requests
    }
    const isLost = state?.moving != null && taken.state?.moving === null
    if (stage !== null && isLost) stage.told = false
    if (taken.move !== null) {
      assert.ok(stage)
      assert.deepEqual(lacking(rule, stage, facts, isPaused), [], `seed ${seed}, look ${nth}`)
      const next = rule.stages.find(each => Number(each.percent) > percent)?.percent
      assert.equal(taken.move, next, `seed ${seed}, look ${nth}`)
      stage.told = true
      moves++
    }

    const before = state
    const after = taken.state
    state = after
    if (before === null || after === null) continue
    assert.ok(after.version >= before.version)
    if (after.version > before.version) continue
    assert.deepEqual({ ...after, requests: 0 }, { ...before, requests: 0 }, `seed ${seed}`)
  }
  return moves
}

test('over any course of things the flag is told to go on only where nothing is lacking', () => {
  const moves = Array.from({ length: 400 }, (_, seed) => walk(seed + 1, 300))
  const together = moves.reduce((sum, each) => sum + each, 0)
  assert.ok(together > 1000, `only ${together} moves`)
})
