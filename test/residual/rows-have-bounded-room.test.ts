import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addTo, countOf, createSketch } from '../../src/residual/distinct.ts'
import { residualRoutes } from '../../src/residual/report.ts'
import type { ResidualRow } from '../../src/residual/row.ts'
import { createRows } from '../../src/residual/rows.ts'

function row(client: string, requests: number, more: Partial<ResidualRow> = {}): ResidualRow {
  const callers = createSketch()
  addTo(callers, client)
  return {
    ...{ route: 'a', segment: 'x', client, reason: 'out-of-share', requests, callers },
    ...{ firstAt: requests, lastAt: requests },
    ...more,
  }
}

test('rows of one client, segment and reason are one, with the first and the last', () => {
  const rows = createRows()
  for (const requests of [5, 2, 9]) rows.add(row('app/1', requests))
  rows.add(row('app/1', 1, { reason: 'fallback' }))
  const [first, second, ...others] = rows.all()
  assert.deepEqual([first?.requests, first?.firstAt, first?.lastAt], [16, 2, 9])
  assert.equal(countOf(first?.callers ?? createSketch()), 1)
  assert.deepEqual([second?.reason, second?.requests, others.length], ['fallback', 1, 0])
})

test('with more than there is room for the smallest go together, and no request is lost', () => {
  const rows = createRows({ perRoute: 3, inAll: 100 })
  for (let i = 1; i <= 20; i++) rows.add(row(`app/${i}`, i))
  rows.add(row('once/1', 1, { route: 'b' }))
  const [a, b] = residualRoutes(rows.all(), [{ name: 'a', flag: 'f' }])
  assert.deepEqual(
    a?.rows.map(({ client, requests }) => [client, requests]),
    [
      ['app/20', 20],
      ['app/19', 19],
      ['app/18', 18],
      ['(other)', 153],
    ],
  )
  assert.deepEqual([a?.requests, a?.other, a?.flag], [210, 153, 'f'])
  assert.ok(Math.abs((a?.callers ?? 0) - 20) <= 2)
  assert.deepEqual([b?.route, b?.flag, b?.requests, b?.other], ['b', null, 1, 0])
})

test('all routes together have bounded room, which goes to the largest', () => {
  const rows = createRows({ perRoute: 10, inAll: 5 })
  for (let i = 1; i <= 30; i++) rows.add(row(`app/${i}`, i, { route: `r${i % 4}` }))
  const named = rows.all().filter(({ client }) => client !== '(other)')
  assert.deepEqual(
    named.map(({ requests }) => requests).toSorted((a, b) => a - b),
    [26, 27, 28, 29, 30],
  )
  assert.equal(
    rows.all().reduce((sum, { requests }) => sum + requests, 0),
    465,
  )
})
