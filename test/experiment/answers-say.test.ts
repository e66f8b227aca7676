import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { valueOfAnswer, valueOfPushed } from '../../src/experiment/deed-value.ts'
import { conversion } from './rules.ts'

const answer = (status: number, ...headers: string[]) => ({ status, headers })

describe('an answer', () => {
  it('says by its header that something happened', () => {
    assert.equal(valueOfAnswer(conversion, answer(200, 'x-other', '1', 'x-converted', '1')), 1)
    assert.equal(valueOfAnswer(conversion, answer(200, 'x-converted', '0')), null)
    assert.equal(valueOfAnswer(conversion, answer(200)), null)
  })

  it('says a number by its header, and nothing by what is none', () => {
    const rule = { ...conversion, of: 'sum' } as const
    assert.equal(valueOfAnswer(rule, answer(200, 'x-converted', ' -2.5 ')), -2.5)
    for (const text of ['', ' ', 'many', 'Infinity', '1e13', '1,5']) {
      assert.equal(valueOfAnswer(rule, answer(200, 'x-converted', text)), null, text)
    }
  })

  it('says by its status that something happened', () => {
    const rule = { ...conversion, from: 'status', statusClass: 5 } as const
    assert.equal(valueOfAnswer(rule, answer(503)), 1)
    assert.equal(valueOfAnswer(rule, answer(499)), null)
    assert.equal(valueOfAnswer(rule, answer(0)), null)
  })

  it('says nothing where values are pushed', () => {
    assert.equal(
      valueOfAnswer({ ...conversion, from: 'pushed' }, answer(200, 'x-converted', '1')),
      null,
    )
  })
})

it('a pushed 0 is that nothing happened; of numbers it is one', () => {
  assert.equal(valueOfPushed({ of: 'share' }, 0), null)
  assert.equal(valueOfPushed({ of: 'share' }, 12), 1)
  assert.equal(valueOfPushed({ of: 'sum' }, 0), 0)
})
