import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ExperimentFacts, findingOf } from '../../src/experiment/finding.ts'
import { nothingYet } from '../../src/experiment/sums.ts'
import { conversion, converted, dayMs } from './rules.ts'

const whole = { rule: conversion, elapsedMs: 7 * dayMs }
const verdict = (facts: ExperimentFacts) => findingOf(facts).verdict

describe('an experiment with all its users and all its time', () => {
  it('finds V2 better that is above V1 beyond doubt', () => {
    assert.equal(verdict({ ...whole, kinds: [converted(5000, 500, 650)] }), 'better')
  })

  it('finds V2 worse that is below', () => {
    assert.equal(verdict({ ...whole, kinds: [converted(5000, 500, 350)] }), 'worse')
  })

  it('shows no difference where neither is sure: that is no word for V2', () => {
    assert.equal(verdict({ ...whole, kinds: [converted(1000, 100, 100)] }), 'no-difference-shown')
  })

  it('finds V2 no worse where the margin is beyond what it may be below', () => {
    const rule = { ...conversion, margin: 0.05 }
    assert.equal(verdict({ ...whole, rule, kinds: [converted(5000, 500, 490)] }), 'no-worse')
    assert.equal(
      verdict({ ...whole, rule, kinds: [converted(1000, 100, 60)] }),
      'no-difference-shown',
    )
  })

  it('finds V2 worse only beyond the margin', () => {
    const rule = { ...conversion, margin: 0.02 }
    assert.equal(verdict({ ...whole, rule, kinds: [converted(50_000, 5000, 4500)] }), 'no-worse')
    assert.equal(verdict({ ...whole, rule, kinds: [converted(50_000, 5000, 3000)] }), 'worse')
  })

  it('reads failures the other way round: less of them is better', () => {
    const rule = { ...conversion, better: 'less' } as const
    assert.equal(verdict({ ...whole, rule, kinds: [converted(5000, 500, 650)] }), 'worse')
    assert.equal(verdict({ ...whole, rule, kinds: [converted(5000, 500, 350)] }), 'better')
  })
})

describe('an experiment that lacks something', () => {
  const good = converted(900, 90, 300)

  it('does not call V2 better before it has its users, and says how many are missing', () => {
    const finding = findingOf({ ...whole, kinds: [good] })
    assert.equal(finding.verdict, 'not-yet')
    assert.equal(finding.missingUsers, 100)
    assert.equal(finding.missingMs, 0)
  })

  it('does not before its time either', () => {
    const finding = findingOf({
      rule: conversion,
      elapsedMs: 6 * dayMs,
      kinds: [converted(5000, 500, 650)],
    })
    assert.equal(finding.verdict, 'not-yet')
    assert.equal(finding.missingMs, dayMs)
  })

  it('calls V2 worse as soon as that is sure', () => {
    assert.equal(
      verdict({ rule: conversion, elapsedMs: 1000, kinds: [converted(900, 300, 90)] }),
      'worse',
    )
  })

  it('says nothing of a few users, whatever they did', () => {
    const finding = findingOf({ ...whole, kinds: [converted(99, 99, 0)] })
    assert.equal(finding.verdict, 'not-yet')
    assert.equal(finding.interval, null)
  })

  it('says nothing of nobody', () => {
    const finding = findingOf({ ...whole, kinds: [nothingYet] })
    assert.deepEqual(finding.v2, { users: 0, mean: null })
    assert.equal(finding.verdict, 'not-yet')
  })

  it('takes it for silence, and not for agreement, that nobody ever converts', () => {
    const rule = { ...conversion, margin: 0.05 }
    assert.equal(verdict({ ...whole, rule, kinds: [converted(5000, 0, 0)] }), 'not-yet')
  })

  it('takes answers that never fail at their word: every answer has a status', () => {
    const rule = { ...conversion, from: 'status', margin: 0.05, better: 'less' } as const
    assert.equal(verdict({ ...whole, rule, kinds: [converted(5000, 0, 0)] }), 'no-worse')
  })
})
