import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configDir, faultLines, faultsOf, snapshotOf, valid } from './config-dir.ts'

const route = valid['routes/match.yaml'] as string

/** A policy with these budgets, the first on line 3. */
function files(...budgets: string[]): Record<string, string> {
  const lines = budgets.map(text => `  - { ${text} }\n`).join('')
  return {
    'policies/careful.yaml': `auth: public\nbudgets:\n${lines}shadow: {}\n`,
    'routes/match.yaml': `${route}properties: { segment: { header: x-segment } }\n`,
  }
}

const allowed: readonly string[] = [
  'signal: errors, max: 1%',
  'signal: errors, max: 0%',
  'signal: errors, max: 1.5x v1',
  'signal: errors, max: 5%, per: endpoint',
  'signal: errors, max: 5%, per: segment',
  'signal: latency, p95: 150ms',
  'signal: latency, p99: 1s, for: 5m',
  'signal: latency, p50: 1.2x v1',
  'signal: availability, min: 99%, for: 2m',
  'signal: availability, min: 100%',
  'signal: header, name: x-accuracy, min: 0.85, max: 5%',
  'signal: header, name: x-accuracy, min: 0, most: 0, max: 0.5%',
  'signal: json, pointer: /data/accuracy, most: 3, max: 5%',
  'signal: pushed, name: satisfaction, min: -1, max: 5%, dryRun: true',
  'signal: mismatch, max: 0.5%',
  'signal: mismatch, max: 0%, minRequests: 1000, certainty: 1000, dryRun: true',
  'signal: mismatch, max: 1%, for: 10m',
]

/** Budget → the faults, as `field rule`, ` ?hint`. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'signal: errors': ['max present: a percentage such as 1% or 0.5%'],
  'signal: errors, max: 100%': ['max below 100%, which allows everything'],
  'signal: errors, max: 1%, p95: 150ms': ['p95 left out: a budget on errors has max'],
  'signal: errors, max: 1%, name: a, min: 1, most: 2, pointer: /a': [
    'name left out: a budget on errors has max',
    'min left out: a budget on errors has max',
    'most left out: a budget on errors has max',
    'pointer left out: a budget on errors has max',
  ],
  'signal: latency': [' given exactly one of p50, p90, p95, p99'],
  'signal: latency, p50: 10ms, p95: 20ms': [' given exactly one of p50, p90, p95, p99'],
  'signal: latency, p95: 150ms, max: 5%': [
    'max left out: a budget on latency has p50, p90, p95, p99',
  ],
  'signal: availability': ['min a percentage such as 1% or 0.5%, above 0%'],
  'signal: availability, min: 0.99': ['min a percentage such as 1% or 0.5%, above 0%'],
  'signal: availability, min: 0%': ['min a percentage such as 1% or 0.5%, above 0%'],
  'signal: availability, min: 99%, max: 1%': ['max left out: a budget on availability has min'],
  'signal: header, min: 1, max: 5%': ['name present, to know the number by'],
  'signal: header, name: a, max: 5%': [' given at least one of min and most'],
  'signal: header, name: a, min: 85%, max: 5%': ['min a number'],
  'signal: header, name: a, min: 2, most: 1, max: 5%': ['min no larger than most'],
  'signal: header, name: a, min: 1': ['max present: a percentage such as 1% or 0.5%'],
  'signal: header, name: a, min: 1, max: 2x v1': [
    'max a percentage such as 1% or 0.5%: only errors and latency are judged beside V1',
  ],
  'signal: json, min: 1, max: 5%': ['pointer present, to know the number by'],
  'signal: json, name: a, pointer: /a, min: 1, max: 5%': [
    'name left out: a budget on json has pointer, min, most, max',
  ],
  'signal: pushed, pointer: /a, min: 1, max: 5%': [
    'name present, to know the number by',
    'pointer left out: a budget on pushed has name, min, most, max',
  ],
  'signal: mismatch': ['max present: a percentage such as 1% or 0.5%'],
  'signal: mismatch, max: 100%': ['max below 100%, which allows everything'],
  'signal: mismatch, max: 2x v1': [
    'max a percentage such as 1% or 0.5%: only errors and latency are judged beside V1',
  ],
  'signal: mismatch, max: 1%, min: 1, pointer: /price': [
    'min left out: a budget on mismatch has max',
    'pointer left out: a budget on mismatch has max',
  ],
  'signal: mismatch, max: 1%, per: endpoint': ['per left out, since pairs are summed up by route'],
  'signal: errors, max: 1.5x v1, for: 5m': [
    'for left out, since a budget beside V1 is not judged by a window',
  ],
  'signal: latency, p95: 1.2x v1, for: 5m': [
    'for left out, since a budget beside V1 is not judged by a window',
  ],
  'signal: pushed, name: a, min: 1, max: 5%, per: endpoint': [
    'per left out, since pushed numbers have no caller',
  ],
  'signal: errors, max: 1%, for: 500ms': ['for at least 1s'],
  'signal: errors, max: 1%, per: segmnt': [
    'per "endpoint", or a property of every route with this policy; routes/match.yaml has none of that name ?segment',
  ],
}

describe('a budget is allowed', () => {
  for (const text of allowed) {
    it(text, async t => assert.deepEqual(await faultsOf(await configDir(t, files(text))), []))
  }
})

describe('a budget is refused, with the field and the line', () => {
  for (const [text, expected] of Object.entries(refused)) {
    it(text, async t => {
      const found = await faultsOf(await configDir(t, files('signal: errors, max: 2%', text)))
      assert.deepEqual(
        found.map(({ field, rule, hint }) => {
          const name = field.replace(/^budgets\[1\]\.?/, '')
          return `${name} ${rule}${hint === undefined ? '' : ` ?${hint}`}`
        }),
        expected,
      )
      for (const { file, line } of found) {
        assert.equal(`${file}:${line}`, 'policies/careful.yaml:4')
      }
    })
  }
})

describe('budgets of a policy', () => {
  it('differ in what they allow, however they are written', async t => {
    const twice = files('signal: errors, max: 1%', 'max: 1%, signal: errors, certainty: 1000')
    assert.deepEqual(await faultLines(await configDir(t, twice)), [
      'policies/careful.yaml:4:5 budgets[1] must be different from budgets[0] in what it allows, received {"max":"1%","signal":"errors","certainty":1000}',
    ])
  })

  it('are per a property of every route with the policy, and of no other', async t => {
    const budgets = files('signal: errors, max: 1%, per: segment')
    const other = route.replace('/api/match', '/api/other')
    const sharing = { ...budgets, 'routes/other.yaml': other }
    assert.deepEqual(
      (await faultsOf(await configDir(t, sharing))).map(({ field }) => field),
      ['budgets[0].per'],
    )
    const apart = {
      ...budgets,
      'routes/other.yaml': other.replace('policy: careful', 'policy: open'),
      'policies/open.yaml': 'auth: public\n',
    }
    assert.deepEqual(await faultsOf(await configDir(t, apart)), [])
  })

  it('reach the route as they are judged', async t => {
    const dir = await configDir(
      t,
      files(
        'signal: errors, max: 1%',
        'signal: latency, p95: 1.2x v1',
        'signal: availability, min: 99.9%, for: 2m',
      ),
    )
    const [{ rules } = assert.fail()] = (await snapshotOf(dir)).routes
    assert.deepEqual(
      rules.budgets.map(({ id, allowed, timesV1, windowMs }) => [id, allowed, timesV1, windowMs]),
      [
        ['errors max 1%', 0.01, null, null],
        ['latency p95 1.2x v1', 0.05, 1.2, null],
        ['availability min 99.9% for 2m', 0.001, null, 120_000],
      ],
    )
  })
})
