import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RolloutConfig } from '../../src/config/schema-rollout.ts'
import { stageLine } from '../../src/rollout/stage-line.ts'
import { gateThat, openRollout, ruleOf } from './rollouts.ts'

type Changes = Partial<Omit<RolloutConfig, 'stages'>>

/** Testers, then half of the partners, then everybody, enterprise last; each stage is held for a minute. */
function bySegment(changes: Changes = {}) {
  const percents = [{ testers: 100 }, { partners: 50 }, { partners: 100, enterprise: 100 }]
  const stages = percents.map(percent => ({ percent, hold: '60s', minRequests: 1 }))
  return ruleOf({ ...changes, stages } as Changes)
}

function said(testers: number, partners: number, enterprise: number) {
  return { testers, partners, enterprise }
}

/** In the middle of the first stage. */
function openWithTesters(changes: Changes = {}) {
  const rollout = openRollout(bySegment(changes))
  rollout.world.percent = said(100, 0, 0)
  rollout.look()
  return rollout
}

test('segment follows segment, and what a stage does not name stays', () => {
  const rollout = openRollout(bySegment())
  rollout.world.percent = said(0, 0, 0)
  const told = [rollout.look().move]
  rollout.obey()
  told.push(rollout.after(60).move)
  rollout.obey()
  told.push(rollout.after(60).move)
  const { news } = rollout.obey()
  assert.deepEqual(told, [said(100, 0, 0), said(100, 50, 0), said(100, 100, 100)])
  assert.deepEqual(news, [
    { event: 'stage-begun', from: said(100, 50, 0), to: said(100, 100, 100) },
  ])
  assert.equal(rollout.after(60).phase, 'promoted')
  assert.equal(
    rollout.words(),
    'testers 100 %, partners 100 %, enterprise 100 %: the last stage is over',
  )
})

test('it says of each segment that moves from where to where', () => {
  const rollout = openWithTesters({ approve: 'one-person' })
  rollout.after(60)
  assert.equal(
    rollout.words(),
    'partners 0 % → 50 %: needs the word of a person; held for 60 s; 1 V2 requests; the gate is open',
  )
})

test('a move that was cut off between two segments is brought to its end by the next look', () => {
  const rollout = openWithTesters()
  rollout.after(60)
  rollout.obey()
  assert.deepEqual(rollout.after(60).move, said(100, 100, 100))
  rollout.world.percent = said(100, 100, 0)
  const { phase, move, news } = rollout.after(2)
  assert.deepEqual([phase, move, news], ['progressing', said(100, 100, 100), []])
  rollout.world.percent = said(100, 100, 100)
  assert.deepEqual(rollout.after(2).news, [
    { event: 'stage-begun', from: said(100, 50, 0), to: said(100, 100, 100) },
  ])
})

/** All but the testers half told, with all that it takes to end it. */
function cutOff() {
  const rollout = openWithTesters()
  rollout.after(60)
  rollout.obey()
  rollout.after(60)
  rollout.world.percent = said(100, 100, 0)
  return rollout
}

test('one that stays cut off for a minute stands where the flag is, and is told again', () => {
  const rollout = cutOff()
  const { news, state } = rollout.after(60)
  assert.deepEqual(news, [{ event: 'move-lost', from: said(100, 100, 0), to: said(100, 100, 100) }])
  assert.deepEqual([state?.percent, state?.moving], [said(100, 100, 0), null])
  assert.deepEqual(rollout.after(1).move, said(100, 100, 100))
  assert.deepEqual(rollout.after(60).news, [])
})

test('one that was cut off by a switch back, a pause or a dry run is not brought to its end', () => {
  const ways: Readonly<Record<string, (rollout: ReturnType<typeof cutOff>) => void>> = {
    'a switch back that was resumed': ({ world }) => {
      world.latch = { tripped: false, since: world.now + 1 }
    },
    'a pause': rollout => void rollout.say('pause'),
    'a dry run': rollout => rollout.change(bySegment({ dryRun: true })),
  }
  for (const [what, happens] of Object.entries(ways)) {
    const rollout = cutOff()
    happens(rollout)
    const { move, state } = rollout.after(1)
    assert.deepEqual([move, state?.percent], [null, said(100, 100, 0)], what)
    assert.equal(rollout.after(1).move, null, what)
  }
})

test('who moves one segment by hand is followed, and what goes on from there takes nobody back', () => {
  const rollout = openWithTesters()
  rollout.after(60)
  rollout.world.percent = said(100, 70, 0)
  const { news } = rollout.after(1)
  assert.deepEqual(news, [
    { event: 'moved-by-hand', from: said(100, 0, 0), to: said(100, 70, 0), jumped: false },
  ])
  assert.deepEqual(rollout.after(60).move, said(100, 100, 100))
})

test('who gives V2 to the last segment first has jumped over the others, and they still come', () => {
  const rollout = openWithTesters()
  rollout.world.percent = said(100, 0, 100)
  const { news, next } = rollout.after(60)
  assert.deepEqual(news, [
    { event: 'moved-by-hand', from: said(100, 0, 0), to: said(100, 0, 100), jumped: true },
  ])
  assert.deepEqual(next, said(100, 50, 100))
})

test('less of one segment is taken down by hand, whatever another got', () => {
  const rollout = openWithTesters()
  rollout.world.percent = said(90, 50, 0)
  assert.equal(rollout.after(60).state?.lowered, true)
  assert.deepEqual([rollout.after(60).phase, rollout.after(60).move], ['waiting-approval', null])
})

test('nobody has V2 only where no segment has', () => {
  const rollout = openRollout(bySegment())
  rollout.world.gate = gateThat('not-yet')
  rollout.world.percent = said(0, 0, 0)
  assert.equal(rollout.look().phase, 'shadowing')
  rollout.world.percent = said(0, 0, 5)
  assert.equal(rollout.after(1).phase, 'holding')
})

test('a plan that becomes one of segments begins where the flag is, and a hand that took it down still holds it', () => {
  const rollout = openRollout(ruleOf())
  rollout.world.percent = 25
  rollout.look()
  rollout.world.percent = 10
  rollout.after(1)
  rollout.change(bySegment())
  rollout.world.percent = said(100, 0, 0)
  const { news, state } = rollout.after(60)
  assert.deepEqual(news, [])
  assert.deepEqual([state?.percent, state?.since], [said(100, 0, 0), rollout.world.now])
  assert.deepEqual([rollout.after(60).phase, rollout.after(60).move], ['waiting-approval', null])
})

test('each stage says where it is on the line', () => {
  const rollout = openWithTesters()
  const line = (percent: Record<string, number>) => {
    rollout.world.percent = percent
    const step = rollout.after(1)
    const facts = { share: { readable: true, percent } } as const
    return stageLine(bySegment(), { step, facts }).map(({ stands, text }) => `${stands}: ${text}`)
  }
  const texts = ['testers 100 %', 'partners 50 %', 'partners 100 %, enterprise 100 %']
  const lines = (...stands: string[]) => stands.map((each, i) => `${each}: ${texts[i]}`)
  assert.deepEqual(line(said(0, 0, 0)), lines('next', 'ahead', 'ahead'))
  assert.deepEqual(line(said(100, 0, 0)), lines('here', 'next', 'ahead'))
  assert.deepEqual(line(said(100, 60, 0)), lines('over', 'over', 'next'))
  assert.deepEqual(
    stageLine(bySegment(), null).map(({ stands }) => stands),
    ['unknown', 'unknown', 'unknown'],
  )
})

test('a little of the last segment, less than any stage gives it, is no jump', () => {
  const rollout = openWithTesters()
  rollout.world.percent = said(100, 0, 5)
  const [news] = rollout.after(1).news
  assert.equal(news?.event === 'moved-by-hand' && news.jumped, false)
  assert.deepEqual(rollout.after(1).next, said(100, 50, 5))
})
