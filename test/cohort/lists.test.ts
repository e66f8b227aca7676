import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { InMemStorageProvider, Unleash } from 'unleash-client'
import { createFileFlags } from '../../src/cohort/file-flags.ts'
import type { FlagConstraint, FlagContext } from '../../src/cohort/flag-source.ts'

const constraints: FlagConstraint[] = [
  { contextName: 'segment', operator: 'IN', values: ['a', 'b'] },
  { contextName: 'segment', operator: 'NOT_IN', values: ['a', 'b'] },
  { contextName: 'segment', operator: 'IN', values: ['a'], inverted: true },
  { contextName: 'segment', operator: 'NOT_IN', values: ['a'], inverted: true },
  { contextName: 'segment', operator: 'IN', values: [' a ', ''] },
  { contextName: 'segment', operator: 'IN', values: [] },
  { contextName: 'segment', operator: 'NOT_IN', values: [] },
  { contextName: 'userId', operator: 'IN', values: ['7'] },
  { contextName: 'unknown', operator: 'NOT_IN', values: ['a'] },
  { contextName: 'unknown', operator: 'IN', values: ['undefined'] },
  { contextName: 'segment', operator: 'STR_STARTS_WITH', values: ['a'] },
]

const contexts = ['a', 'b', 'c', 'A', ' a ', '', undefined].flatMap(segment =>
  ['7', 'other', undefined].map(
    (userId): FlagContext => ({
      userId,
      sessionId: undefined,
      remoteAddress: '203.0.113.5',
      properties: segment === undefined ? {} : { segment },
    }),
  ),
)

test('lists that are read once decide as unleash-client does with lists read each time', async t => {
  const features = constraints.map((constraint, at) => ({
    name: `flag-${at}`,
    enabled: true,
    strategies: [
      {
        name: 'flexibleRollout',
        parameters: { rollout: '100', stickiness: 'remoteAddress', groupId: 'g' },
        constraints: [constraint],
      },
    ],
  }))
  const stock = new Unleash({
    url: 'http://offline.invalid/api',
    appName: 'test',
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: features as never },
  })
  stock.on('error', () => {})
  t.after(() => stock.destroy())
  await once(stock, 'ready')
  const flags = createFileFlags({ flags: features as never })

  const answers = new Set<boolean>()
  for (const { name, strategies } of features) {
    for (const context of contexts) {
      const expected = stock.isEnabled(name, context as never)
      const told = `${JSON.stringify(strategies[0]?.constraints)} for ${JSON.stringify(context)}`
      assert.equal(flags.isEnabled(name, context), expected, told)
      answers.add(expected)
    }
  }
  assert.equal(answers.size, 2, 'both answers occur')
})
