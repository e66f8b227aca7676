import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Percent, RolloutRule } from '../../src/config/rollout-rule.ts'
import {
  createRolloutKeeper,
  lookMs,
  type RolloutKeeper,
} from '../../src/fleet/rollout/rollout-keeper.ts'
import { createRolloutMemory } from '../../src/fleet/rollout/rollout-memory.ts'
import type { AuditNote } from '../../src/fleet/stores/audit-note.ts'
import { type LatchState, neverTripped } from '../../src/guard/latch-state.ts'
import type { FlagDoor } from '../../src/rollout/flag-door.ts'
import { rolloutInWords } from '../../src/rollout/in-words.ts'
import { newsInWords, wordInWords } from '../../src/rollout/news-in-words.ts'
import { isBetween, isNobody, isSamePercent, moveInWords } from '../../src/rollout/percent.ts'
import { stageAt } from '../../src/rollout/requirement.ts'
import { stageLine } from '../../src/rollout/stage-line.ts'
import { nextOf, step } from '../../src/rollout/step.ts'
import { refusalOf } from '../../src/rollout/word.ts'
import { gateThat, ruleOf } from '../rollout/rollouts.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { eventually } from './eventually.ts'
import { lineTo, openStore } from './machines.ts'

/** Machines that roll one flag out, each with a disk of its own and a line to the same store. */
function fleet(t: TestContext, first: RolloutRule) {
  const clock = createManualClock()
  const shared = openStore(t, clock)
  const flag = { percent: 0 as Percent, moves: [] as string[] }
  const is = { rolledOut: true, rule: first }

  function machine(name: string) {
    const { line, cut, mend } = lineTo(shared)
    const audited: AuditNote[] = []
    const warned: string[] = []
    const here = {
      leads: true,
      requests: 0,
      latch: neverTripped('v2'),
      diesAt: null as Percent | null,
    }
    /** What happens to this machine between its decision and the move. */
    let meanwhile = () => {}
    const door: FlagDoor = {
      place: 'flags/',
      read: async () => ({ readable: true, percent: flag.percent }),
      async move(_flag, _strategy, from, to, forbids) {
        const why = forbids()
        if (why !== null) return { ok: false, text: why }
        if (!isBetween(flag.percent, from, to)) return { ok: false, text: 'somebody was quicker' }
        if (here.diesAt !== null) {
          flag.percent = here.diesAt
          return { ok: false, text: 'it was cut off' }
        }
        if (isSamePercent(flag.percent, to)) return { ok: true }
        flag.moves.push(`${name} ${moveInWords(flag.percent, to)}`)
        flag.percent = to
        return { ok: true }
      },
      lastMover: async () => null,
    }
    const memory = createRolloutMemory(openStore(t, clock), line)
    const keeper = createRolloutKeeper({
      ...{ machine: name, clock },
      rules: {
        ...{ step, stageAt, nextOf, isNobody, refusalOf, stageLine },
        ...{ inWords: rolloutInWords, newsInWords, wordInWords },
      },
      memory: {
        ...memory,
        async remember(state) {
          const kept = await memory.remember(state)
          meanwhile()
          return kept
        },
      },
      leads: () => here.leads,
      rolledOut: () => (is.rolledOut ? [{ flag: 'v2', rule: is.rule, isShadowed: false }] : []),
      door: () => door,
      gateOf: () => gateThat('open'),
      experiments: () => [],
      latchOf: () => here.latch,
      takeRequests() {
        const taken = here.requests
        here.requests = 0
        return taken
      },
      audit: note => void audited.push(note),
      announce: () => {},
      onStep: () => {},
      onEnd: () => {},
      log: {
        info() {},
        warn: (details: object) => void warned.push((details as { why: string }).why),
        error: details => assert.fail((details as { err: Error }).err),
      },
      signal: new AbortController().signal,
    })
    t.after(() => keeper.close())
    return {
      ...{ here, keeper, audited, warned, cut, mend },
      meanwhile(happens: () => void): void {
        meanwhile = happens
      },
      report: () => keeper.reports()[0],
    }
  }

  return {
    ...{ clock, flag, is, machine },
    /** One look of each of them; what it is asked, it refuses when the look is over. */
    async look(...machines: { readonly keeper: RolloutKeeper }[]): Promise<void> {
      clock.advance(lookMs)
      await Promise.all(machines.map(each => each.keeper.say(asked)))
    },
  }
}

const asked = { flag: 'v2', action: 'continue', who: 'anna', why: null } as const

const tripped: LatchState = { ...neverTripped('v2'), version: 1, state: 'tripped', since: 1 }

const atOnce = () => ruleOf({}, { hold: '0s', minRequests: 10 })

for (const [what, happens, why] of [
  [
    'is switched back',
    (here: Here) => Object.assign(here, { latch: tripped }),
    'it is switched back',
  ],
  [
    'is followed',
    (here: Here) => Object.assign(here, { leads: false }),
    'this machine leads no more',
  ],
] as const) {
  test(`a machine that ${what} while it writes down what it is about to do leaves the flag alone`, async t => {
    const { flag, machine, look } = fleet(t, atOnce())
    const a = machine('a')
    a.meanwhile(() => happens(a.here))
    await look(a)
    assert.deepEqual([flag.moves, a.warned], [[], [why]])
  })
}

test('where the shared store does not hear of it nothing is moved, and what happened is audited all the same', async t => {
  const { flag, machine, look } = fleet(t, atOnce())
  const a = machine('a')
  flag.percent = 5
  await look(a)
  flag.percent = 10
  a.cut()
  a.here.requests = 10
  await look(a)
  a.here.requests = 10
  await look(a)
  assert.deepEqual([flag.moves, a.warned], [[], ['a store does not know of it']])
  assert.deepEqual(
    a.audited.map(({ event }) => event),
    ['rollout-moved-by-hand'],
  )
})

test('requests of before a rollout, and of while there was none, do not count', async t => {
  const { flag, is, machine, look } = fleet(t, atOnce())
  const a = machine('a')
  flag.percent = 10
  a.here.requests = 5000
  await look(a)
  await look(a)
  assert.equal(a.report()?.requests, 0)
  a.here.requests = 3
  await look(a)
  assert.equal(a.report()?.requests, 3)
  is.rolledOut = false
  await look(a)
  a.here.requests = 5000
  is.rolledOut = true
  await look(a)
  assert.equal(flag.percent, 10)
})

test('what a machine counted before another led is of no later stage', async t => {
  const { flag, machine, look } = fleet(t, atOnce())
  const [a, b] = [machine('a'), machine('b')]
  b.here.leads = false
  flag.percent = 10
  await look(a, b)
  a.here.requests = 9
  await look(a)
  // It is followed before it wrote that down, and leads again in the next stage.
  Object.assign(a.here, { leads: false })
  Object.assign(b.here, { leads: true, requests: 10 })
  await look(a, b)
  await look(a, b)
  assert.deepEqual(flag.moves, ['b 10 % → 25 %'])
  Object.assign(a.here, { leads: true })
  Object.assign(b.here, { leads: false })
  await look(a, b)
  assert.deepEqual([a.report()?.percent, a.report()?.requests], [25, 0])
})

test('of two that both take themselves for the leader the flag is moved by one', async t => {
  const { flag, machine, look } = fleet(t, atOnce())
  const [a, b] = [machine('a'), machine('b')]
  await look(a)
  await look(b)
  await look(a, b)
  assert.deepEqual(flag.moves, ['a 0 % → 10 %'])
})

test('what a machine was moving when it died between two segments the next one brings to its end', async t => {
  const stages = [{ percent: { beta: 100, enterprise: 50 }, hold: '0s', minRequests: 1 }]
  const rule = ruleOf({ stages } as Parameters<typeof ruleOf>[0])
  const { flag, machine, look } = fleet(t, rule)
  const [a, b] = [machine('a'), machine('b')]
  b.here.leads = false
  flag.percent = { beta: 0, enterprise: 0 }
  a.here.diesAt = { beta: 100, enterprise: 0 }
  await look(a, b)
  assert.deepEqual(flag.percent, a.here.diesAt)
  Object.assign(a.here, { leads: false })
  Object.assign(b.here, { leads: true })
  await look(b)
  assert.deepEqual(flag.moves, ['b enterprise 0 % → 50 %'])
  await look(b)
  assert.deepEqual(
    b.audited.map(({ event, why }) => [event, why]),
    [['rollout-stage-begun', 'beta 0 % → 100 %, enterprise 0 % → 50 % in flags/']],
  )
})

test('who pauses is heard also where the stage has just begun, and who promotes is asked to wait', async t => {
  const { clock, flag, machine, look } = fleet(t, atOnce())
  const [a, b] = [machine('a'), machine('b')]
  b.here.leads = false
  flag.percent = 10
  await look(a, b)
  // Seen by the one that is asked, and not yet by the one that leads.
  clock.advance(1)
  flag.percent = 25
  const promoted = await b.keeper.say({ ...asked, action: 'promote' })
  assert.equal(promoted.done ? null : promoted.refusal, 'unsettled')
  const paused = await b.keeper.say({ ...asked, action: 'pause' })
  assert.equal(paused.done, true)
  clock.advance(lookMs)
  await eventually(() => a.report()?.phase === 'paused')
})

test('a machine that does not lead asks no address, and says who does', async t => {
  const { flag, machine, look } = fleet(t, ruleOf({}, { hold: '0s', ask: 'http://127.0.0.1:9/' }))
  const a = machine('a')
  a.here.leads = false
  flag.percent = 10
  await look(a)
  const ask = a.report()?.requirements.find(({ kind }) => kind === 'ask')
  assert.equal(ask?.text, 'the machine that leads asks whether to go on')
})

test('an answer to a word tells of a look that knew it', async t => {
  const { machine, look } = fleet(t, { ...atOnce(), start: 'one-person' })
  const a = machine('a')
  await look(a)
  const paused = await a.keeper.say({ ...asked, action: 'pause' })
  assert.match(paused.text, /paused by anna/)
})

test('a word is later than those before it, though a clock was set back', async t => {
  const { clock, machine, look } = fleet(t, { ...atOnce(), start: 'one-person' })
  const a = machine('a')
  await look(a)
  await a.keeper.say({ ...asked, action: 'pause' })
  const now = clock.now()
  clock.now = () => now - 3_600_000
  await a.keeper.say(asked)
  assert.equal(a.report()?.phase, 'waiting-approval')
})

type Here = { leads: boolean; latch: LatchState }
