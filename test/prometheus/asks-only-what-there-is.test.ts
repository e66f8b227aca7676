import assert from 'node:assert/strict'
import { test } from 'node:test'
import { alerts, dashboard, groupsOf, questions, records, selectorsOf } from './asked.ts'
import { registered } from './registered.ts'

/** Of the target, not of the gateway. */
const ofPrometheus = ['job', 'instance']
const known = await registered()
const recorded = new Set(records.map(({ record }) => record))

const variables = dashboard.templating.list.flatMap(({ type, query }) =>
  type === 'query' ? [query] : [],
)
const asked = [
  ...records.map(({ expr }) => expr),
  ...alerts.map(({ expr }) => expr),
  ...questions.map(({ expr }) => expr),
  ...dashboard.annotations.list.map(({ expr }) => expr),
]

/** What is recorded begins with the labels that are left. */
function overWhat(record: string): string[] {
  return record.slice(0, record.indexOf(':')).split('_')
}

/** Labels that series of a name have; null for a name that nobody knows. */
function labelsOf(name: string): readonly string[] | null {
  if (name === 'up') return ofPrometheus
  if (recorded.has(name)) return overWhat(name)
  const [, base = name, part] = /^(.*)_(bucket|count|sum)$/.exec(name) ?? []
  const metric = known.get(name) ?? known.get(base)
  if (metric === undefined || (metric.type === 'histogram') !== (part !== undefined)) return null
  return [...metric.labels, ...ofPrometheus, ...(part === 'bucket' ? ['le'] : [])]
}

test('every name and label in rules and dashboard is one of a gateway', () => {
  assert.ok(asked.length > 80)
  for (const expr of asked) {
    const selectors = selectorsOf(expr)
    assert.ok(selectors.length > 0 || expr === 'time()', expr)
    const there = new Set<string>()
    for (const { text, name, labels } of selectors) {
      const own = labelsOf(name)
      assert.ok(own !== null, `${name} in ${expr}`)
      for (const label of labels) assert.ok(own.includes(label), `${label} in ${text}`)
      for (const label of own) there.add(label)
    }
    for (const label of groupsOf(expr)) assert.ok(there.has(label), `by ${label} in ${expr}`)
  }
})

test('what is recorded is named by the labels that it has', () => {
  for (const { record = '', expr } of records) {
    for (const label of groupsOf(expr)) assert.ok(overWhat(record).includes(label), record)
  }
})

test('the variables of the dashboard list values of labels that are there', () => {
  assert.equal(variables.length, 2)
  for (const query of variables) {
    const [, name = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(query) ?? []
    assert.ok(labelsOf(name)?.includes(label), query)
  }
})

test('names in expressions are found', () => {
  const expr = 'sum by (a, b) (rate(x_total{c="1", d=~"2|3"}[5m])) / on (a) (y > 0) or vector(0)'
  assert.deepEqual(
    selectorsOf(expr).map(({ name, labels }) => [name, ...labels]),
    [['x_total', 'c', 'd'], ['y']],
  )
  assert.deepEqual(groupsOf(expr), ['a', 'b', 'a'])
})
