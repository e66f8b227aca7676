import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configDir, faultsOf, snapshotOf, valid } from './config-dir.ts'

const secret = { 'switchback.yaml': `cookieSecret: ${'s'.repeat(32)}\n` }

/** A policy with these experiments, among these files. */
function files(experiments: string, more: Record<string, string> = {}): Record<string, string> {
  const policy = `auth: public\nexperiments: [${experiments}]\n`
  return { 'policies/careful.yaml': policy, ...secret, ...more }
}

const conversion = 'name: conversion, of: share, from: header, header: X-Converted, value: "1"'
const match = `${valid['routes/match.yaml']}`
const other = match.replace('/api/match', '/api/other')

const allowed: Readonly<Record<string, Record<string, string>>> = {
  'a share from a header, with a margin in points': files(`{ ${conversion}, margin: 0.5% }`),
  'failures, of which less is better': files(
    '{ name: failures, of: share, from: status, status: 5xx, better: less }',
  ),
  'a sum that is pushed, cut off': files(
    '{ name: revenue, of: sum, from: pushed, most: 500, margin: 0.1 }',
  ),
  'several routes of one flag': files(`{ ${conversion} }`, { 'routes/other.yaml': other }),
  'a property that all routes have': files(`{ ${conversion}, within: plan }`, {
    'routes/match.yaml': `${match}properties: { plan: { header: x-plan } }\n`,
  }),
  'a stage that waits for it': files(`{ ${conversion} }`, {
    'policies/careful.yaml': `auth: public\nbudgets: [{ signal: errors, max: 1% }]\nexperiments: [{ ${conversion} }]\nrollout: { stages: [{ percent: 100, experiments: [conversion] }] }\n`,
  }),
}

/** What is written → the faults, as `field rule`. */
const refused: Readonly<Record<string, readonly [Record<string, string>, readonly string[]]>> = {
  'without a secret to know users by': [
    files(`{ ${conversion} }`, { 'switchback.yaml': '' }),
    ['experiments beside cookieSecret in switchback.yaml, by which users are told apart'],
  ],
  'without a V2': [
    files(`{ ${conversion} }`, { 'routes/match.yaml': match.replace(/(v2|flag): .*\n/g, '') }),
    ['experiments left out, since no route with this policy has a V2'],
  ],
  'of routes with several flags': [
    files(`{ ${conversion} }`, {
      'routes/other.yaml': other.replace('v2_migration', 'other_flag'),
      'flags/other_flag.json': `${valid['flags/v2_migration.json']}`.replace(
        'v2_migration',
        'other_flag',
      ),
    }),
    ['experiments of routes with one flag; those with this policy have v2_migration, other_flag'],
  ],
  'twice by one name': [
    files(`{ ${conversion} }, { ${conversion} }`),
    ['experiments[1].name another than that of experiments[0]'],
  ],
  'by the name of one elsewhere': [
    files(`{ ${conversion} }`, {
      'policies/daring.yaml': `auth: public\nexperiments: [{ ${conversion} }]\n`,
      'routes/other.yaml': other.replace('careful', 'daring'),
    }),
    ['experiments[0].name one that no other experiment has; policies/careful.yaml has it'],
  ],
  'of numbers from a status': [
    files('{ name: a, of: mean, from: status, status: 5xx }'),
    ['experiments[0].of share: a status is no number'],
  ],
  'without what it is known by': [
    files('{ name: a, of: share, from: header }, { name: b, of: share, from: status }'),
    [
      'experiments[0].header present',
      'experiments[0].value present',
      'experiments[1].status present',
    ],
  ],
  'with what means nothing': [
    files(
      '{ name: a, of: sum, from: pushed, header: x-a }, { name: b, of: mean, from: header, header: x-b, value: "1" }, { name: c, of: share, from: pushed, most: 3 }',
    ),
    [
      'experiments[0].header left out of a sum from pushed',
      'experiments[1].value left out of a mean from header',
      'experiments[2].most left out of a share from pushed',
    ],
  ],
  'with a margin in the wrong unit': [
    files(
      `{ ${conversion}, margin: 0.5 }, { name: b, of: sum, from: pushed, margin: 1% }, { name: c, of: sum, from: pushed, margin: -1 }`,
    ),
    [
      'experiments[0].margin a percentage such as 1% or 0.5%',
      'experiments[1].margin a number of at least 0',
      'experiments[2].margin a number of at least 0',
    ],
  ],
  'with a window beyond its end, and sure of everything': [
    files(
      `{ ${conversion}, for: 1h, confidence: 100% }, { name: b, of: sum, from: pushed, window: 0s }`,
    ),
    [
      'experiments[0].confidence from 50% to below 100%',
      'experiments[0].window no longer than for, which is 1h',
      'experiments[1].window at least 1s',
    ],
  ],
  'within a property that there is not': [
    files(`{ ${conversion}, within: plan }`),
    [
      'experiments[0].within a property of every route with this policy; routes/match.yaml has none of that name',
    ],
  ],
  'for too few users': [
    files(`{ ${conversion}, users: 99 }`),
    ['experiments[0].users an integer from 100 to 1000000'],
  ],
  'by a stage that nobody runs': [
    files('', {
      'policies/careful.yaml': `auth: public\nbudgets: [{ signal: errors, max: 1% }]\nexperiments: [{ ${conversion} }]\nrollout: { stages: [{ percent: 100, experiments: [conversions] }] }\n`,
    }),
    [
      'rollout.stages[0].experiments[0] the name of an experiment of a policy whose routes have the same flag',
    ],
  ],
}

describe('an experiment is allowed', () => {
  for (const [name, written] of Object.entries(allowed)) {
    it(name, async t => assert.deepEqual(await faultsOf(await configDir(t, written)), []))
  }
})

describe('an experiment is refused', () => {
  for (const [name, [written, expected]] of Object.entries(refused)) {
    it(name, async t => {
      const faults = await faultsOf(await configDir(t, written))
      assert.deepEqual(
        faults.map(({ field, rule }) => `${field} ${rule}`).sort(),
        [...expected].sort(),
      )
    })
  }
})

it('an experiment is read with times in milliseconds and what is default', async t => {
  const snapshot = await snapshotOf(
    await configDir(t, files(`{ ${conversion}, margin: 0.5%, confidence: 99% }`)),
  )
  assert.deepEqual(snapshot.routes[0]?.rules.experiments, [
    {
      ...{ name: 'conversion', of: 'share', from: 'header', statusClass: null },
      ...{ header: 'x-converted', value: '1', most: null, better: 'more', users: 10_000 },
      ...{ forMs: 604_800_000, windowMs: 86_400_000, alpha: 0.01, margin: 0.005, within: null },
    },
  ])
})
