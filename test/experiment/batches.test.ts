import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  batchMsOf,
  countUsers,
  isTakingIn,
  settleMs,
  sumUsers,
} from '../../src/experiment/batches.ts'
import type { UserRow } from '../../src/experiment/user.ts'
import { conversion, dayMs } from './rules.ts'

const startedAt = 1_700_000_000_000
const hourMs = dayMs / 24

/** Seen in the first hour of the run, with a value. */
function user(changes: Partial<UserRow> = {}): UserRow {
  return {
    ...{ variant: 'v1', firstAt: startedAt + 1, values: 1, sum: 1, crossed: false, stratum: '' },
    ...changes,
  }
}

const pair = (changes: Partial<UserRow> = {}) => [
  user({ variant: 'v1', ...changes }),
  user({ variant: 'v2', ...changes }),
]

/** Added up after eight days, when all values are final. */
function counted(rows: readonly UserRow[], rule = conversion, now = startedAt + 8 * dayMs) {
  return countUsers([sumUsers(rows, { rule, startedAt, now })])
}

describe('the value of a user', () => {
  it('of a share is that it happened, however often', () => {
    const { of } = counted([
      user({ values: 3, sum: 3 }),
      user({ values: 0, sum: 0 }),
      ...pair(),
    ]).totals
    assert.deepEqual(of.v1, { users: 3, sum: 2, squares: 2 })
  })

  it('of a sum is 0 without any number', () => {
    const rule = { ...conversion, of: 'sum' } as const
    const rows = [user({ values: 2, sum: 7 }), user({ values: 0, sum: 0 }), user({ variant: 'v2' })]
    assert.deepEqual(counted(rows, rule).totals.of.v1, { users: 2, sum: 7, squares: 49 })
  })

  it('of a mean is that of its numbers; a user without any says nothing', () => {
    const rule = { ...conversion, of: 'mean' } as const
    const rows = [user({ values: 2, sum: 7 }), user({ values: 0, sum: 0 }), user({ variant: 'v2' })]
    assert.deepEqual(counted(rows, rule).totals.of.v1, { users: 1, sum: 3.5, squares: 12.25 })
  })

  it('is cut off at most', () => {
    const rule = { ...conversion, of: 'sum', most: 5 } as const
    const rows = [user({ sum: 1000 }), user({ variant: 'v2', sum: 2 })]
    assert.deepEqual(counted(rows, rule).totals.of, {
      v1: { users: 1, sum: 5, squares: 25 },
      v2: { users: 1, sum: 2, squares: 4 },
    })
  })
})

describe('a batch of users', () => {
  it('is an hour of a week', () => assert.equal(batchMsOf(conversion), hourMs))

  it('counts when the window of the last who may come is over, and not before', () => {
    const due = startedAt + hourMs + conversion.windowMs + settleMs
    const before = counted(pair(), conversion, due - 1)
    assert.equal(before.totals.of.v1.users, 0)
    assert.deepEqual(before.open, { v1: 1, v2: 1 })
    const then = counted(pair(), conversion, due)
    assert.equal(then.totals.of.v1.users, 1)
    assert.deepEqual(then.open, { v1: 0, v2: 0 })
  })

  it('is held against itself alone', () => {
    const later = startedAt + 1 + 2 * hourMs
    const { totals } = counted([user(), user({ variant: 'v2', firstAt: later })])
    assert.deepEqual(totals.alone, { v1: 1, v2: 1 })
    assert.equal(totals.weight, 0)
  })

  it('falls into those of each stratum', () => {
    const { totals } = counted([user({ stratum: 'free' }), user({ variant: 'v2', stratum: 'pro' })])
    assert.deepEqual(totals.alone, { v1: 1, v2: 1 })
  })

  it('may lie in several parts', () => {
    const frame = { rule: conversion, startedAt, now: startedAt + 8 * dayMs }
    const [v1, v2] = pair().map(row => sumUsers([row], frame))
    assert.ok(v1 !== undefined && v2 !== undefined)
    assert.equal(countUsers([v1, v2]).totals.weight, 0.5)
  })
})

describe('users that were seen on both variants', () => {
  const crossing = (users: number) =>
    Array.from({ length: users }, () => user({ crossed: true, sum: 0, values: 0 }))
  const staying = Array.from({ length: 50 }, () => pair()).flat()

  it('are left out and counted', () => {
    const { totals, crossed, moved } = counted([...staying, ...crossing(2)])
    assert.equal(crossed, 2)
    assert.equal(moved, 0)
    assert.equal(totals.of.v1.users, 50)
  })

  it('are a share that moved where they are many: nobody of that batch counts', () => {
    const { totals, crossed, moved } = counted([...staying, ...crossing(3)])
    assert.equal(crossed, 3)
    assert.equal(moved, 100)
    assert.equal(totals.of.v1.users, 0)
  })

  it('are few in a large batch', () => {
    const many = Array.from({ length: 10 }, () => staying).flat()
    assert.equal(counted([...many, ...crossing(20)]).moved, 0)
    assert.equal(counted([...many, ...crossing(21)]).moved, 1000)
  })
})

it('users are taken in for four times as long as an experiment lasts', () => {
  const frame = (now: number) => ({ rule: conversion, startedAt, now })
  assert.equal(isTakingIn(frame(startedAt + 28 * dayMs)), true)
  assert.equal(isTakingIn(frame(startedAt + 28 * dayMs + 1)), false)
})
