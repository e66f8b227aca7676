import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SimulateAnswer } from '../../src/cohort/caller-question.ts'
import { createCallerQuestions } from '../../src/pipeline/asking/caller-questions.ts'
import { patienceMs } from '../../src/pipeline/asking/simulate-callers.ts'
import type { Serving } from '../../src/pipeline/serving.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { flagName, route, sessionIds, share } from './parts.ts'

/** A worker for which each caller takes `callerMs`. */
function worker(callerMs: number) {
  const clock = createManualClock()
  const held = share(50)
  const latch = { tripped: false }
  const config = route({ user: { header: 'x-user-id' } })
  const serving = {
    snapshot: { routes: [config], process: {} },
    routes: [{ config, latch, drill: { tripped: false } }],
  } as unknown as Serving
  const { simulate } = createCallerQuestions({
    serving: () => serving,
    flags: () => held,
    newId: sessionIds(),
    clock,
  })
  return {
    latch,
    ask(count: number): Promise<SimulateAnswer> {
      const callers = Array.from({ length: count }, (_, i) => ({
        get user() {
          clock.advance(callerMs)
          return `user-${i}`
        },
        properties: {},
      }))
      return simulate({ flag: flagName, percent: 60, callers })
    },
  }
}

/** How often the event loop came round until it was answered; a client is served each time. */
async function turnsUntil(answered: Promise<unknown>): Promise<number> {
  let isOver = false
  void answered.finally(() => {
    isOver = true
  })
  let turns = 0
  while (!isOver) {
    await new Promise(resolve => setImmediate(resolve))
    turns++
  }
  return turns
}

test('clients are served between the callers of a question', async () => {
  const answered = worker(1).ask(100)
  const turns = await turnsUntil(answered)
  const answer = await answered
  assert.ok(answer.ok && answer.simulation.who.length === 100)
  assert.ok(turns >= 50, `${turns} turns`)
})

test('a worker answers one question after the other', async () => {
  const { ask } = worker(1)
  let over = 0
  const order = [ask(100), ask(1)].map(async answered => {
    await answered
    return over++
  })
  assert.deepEqual(await Promise.all(order), [0, 1])
})

test('a question that takes longer than anybody waits is given up, in words, and the next is answered', async () => {
  const { ask } = worker(10)
  const answer = await ask(500)
  assert.ok(!answer.ok)
  assert.match(
    answer.text,
    new RegExp(
      `^callers must be few enough for ${patienceMs} ms .*received 500, of which \\d+ were looked at$`,
    ),
  )
  assert.ok((await ask(1)).ok)
})

test('an answer is about the moment of the question, whatever is switched back meanwhile', async () => {
  const { ask, latch } = worker(1)
  const answered = ask(50)
  await new Promise(resolve => setImmediate(resolve))
  await new Promise(resolve => setImmediate(resolve))
  latch.tripped = true
  const answer = await answered
  assert.ok(answer.ok)
  assert.ok(!answer.simulation.reasons.some(({ reason }) => reason === 'switched-back'))
})
