import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configDir, faultsOf, flag, snapshotOf, valid } from './config-dir.ts'

const budgets = 'budgets: [{ signal: errors, max: 1% }]\n'
const stages = 'stages: [{ percent: 10, hold: 24h }, { percent: 100 }]'

/** A policy with this rollout, among these files. */
function files(rollout: string, more: Record<string, string> = {}): Record<string, string> {
  return { 'policies/careful.yaml': `auth: public\n${budgets}rollout: { ${rollout} }\n`, ...more }
}

const strategies = (...titles: string[]) =>
  JSON.stringify({
    name: 'v2_migration',
    enabled: true,
    strategies: titles.map(title => ({
      ...{ name: 'flexibleRollout', title },
      parameters: { rollout: '0', stickiness: 'default' },
    })),
  })

const unleash = 'unleash: { url: http://127.0.0.1:4242/api, token: secret'

const allowed: Readonly<Record<string, Record<string, string>>> = {
  'an address with a query that is asked': files(
    'stages: [{ percent: 10, ask: "https://example.com:8443/go?team=a@b" }, { percent: 100 }]',
  ),
  'stages that rise, of the only strategy of a file': files(stages),
  'a strategy by its title': files(`strategy: beta, ${stages}`, {
    'flags/v2_migration.json': strategies('enterprise', 'beta'),
  }),
  'percents of several strategies, of which some stay': files(
    'stages: [{ percent: { beta: 100 } }, { percent: { beta: 100, enterprise: 50 } }, { percent: { enterprise: 100 } }]',
    { 'flags/v2_migration.json': strategies('enterprise', 'beta', 'gold') },
  ),
  'a flag in Unleash that can be moved there': files(stages, {
    'switchback.yaml': `${unleash}, admin: { url: http://127.0.0.1:4242/api/admin, token: secret } }\n`,
  }),
}

/** What is written → the faults, as `field rule`. */
const refused: Readonly<Record<string, readonly [Record<string, string>, readonly string[]]>> = {
  'a stage that is no more than the one before': [
    files('stages: [{ percent: 25 }, { percent: 25 }, { percent: 10 }]'),
    [
      'rollout.stages[1].percent above that of stages[0], which is 25',
      'rollout.stages[2].percent above that of stages[1], which is 25',
    ],
  ],
  'one percent after several': [
    files('stages: [{ percent: { beta: 100 } }, { percent: 50 }]', {
      'flags/v2_migration.json': strategies('beta'),
    }),
    ['rollout.stages[1].percent a percent for each strategy, as in stages[0]'],
  ],
  'several percents after one': [
    files('stages: [{ percent: 50 }, { percent: { beta: 100 } }]', {
      'flags/v2_migration.json': strategies('beta'),
    }),
    ['rollout.stages[1].percent one percent, as in stages[0]'],
  ],
  'a strategy beside percents of several': [
    files('strategy: beta, stages: [{ percent: { beta: 100 } }]', {
      'flags/v2_migration.json': strategies('beta', 'enterprise'),
    }),
    ['rollout.strategy left out, since the stages say by title which strategies are moved'],
  ],
  'a stage in which a strategy falls, or none rises': [
    files(
      'stages: [{ percent: { beta: 50, enterprise: 50 } }, { percent: { beta: 100, enterprise: 40 } }, { percent: { enterprise: 40 } }]',
      { 'flags/v2_migration.json': strategies('beta', 'enterprise') },
    ),
    [
      'rollout.stages[1].percent.enterprise at least that of stages[0], which is 50',
      'rollout.stages[2].percent.enterprise above that of stages[1], which is 40',
    ],
  ],
  'titles that no strategy has, each once': [
    files(
      'stages: [{ percent: { beta: 50, gold: 50 } }, { percent: { gold: 60 } }, { percent: { silver: 60 } }]',
      { 'flags/v2_migration.json': strategies('beta', 'silver', 'silver') },
    ),
    [
      'rollout.stages[0].percent.gold the title of one strategy flexibleRollout in flags/v2_migration.json, which has 0 of them',
      'rollout.stages[2].percent.silver the title of one strategy flexibleRollout in flags/v2_migration.json, which has 2 of them',
    ],
  ],
  'percents of several that are none': [
    files('stages: [{ percent: { beta: 0, gold: 101 } }, { percent: {} }, { percent: true }]'),
    [
      'rollout.stages[0].percent.beta an integer from 1 to 100',
      'rollout.stages[0].percent.gold an integer from 1 to 100',
      'rollout.stages[1].percent a percent for each of 1 to 64 strategies',
      'rollout.stages[2].percent an integer',
    ],
  ],
  'nobody who can be asked': [
    files(
      'stages: [{ percent: 10, ask: "ftp://example.com/go" }, { percent: 50, ask: "https://me:secret@example.com/go" }]',
    ),
    [
      'rollout.stages[0].ask an http or https address without user and fragment',
      'rollout.stages[1].ask an http or https address without user and fragment',
    ],
  ],
  'no stages': [files('stages: []'), ['rollout.stages a list of at least one']],
  'a stage of nobody': [
    files('stages: [{ percent: 0 }]'),
    ['rollout.stages[0].percent an integer from 1 to 100'],
  ],
  'a word for approval that there is not': [
    files(`approve: maybe, ${stages}`),
    ['rollout.approve one of "automatic", "one-person", "two-persons"'],
  ],
  'no budget that acts': [
    {
      'policies/careful.yaml': `auth: public\nbudgets: [{ signal: errors, max: 1%, dryRun: true }]\nrollout: { ${stages} }\n`,
    },
    ['rollout beside a budget that acts: without one nothing ever says go on'],
  ],
  'nothing to move': [
    files(stages, {
      'routes/match.yaml': `${valid['routes/match.yaml']}`.replace(/(v2|flag): .*\n/g, ''),
    }),
    ['rollout left out, since no route with this policy has a flag to move'],
  ],
  'two for one flag': [
    files(stages, {
      'routes/other.yaml': `${valid['routes/match.yaml']}`
        .replace('/api/match', '/api/other')
        .replace('careful', 'daring'),
      'policies/daring.yaml': `auth: public\n${budgets}rollout: { ${stages} }\n`,
    }),
    ['rollout the only one for flag v2_migration; policies/careful.yaml has another'],
  ],
  'two persons whom nobody can tell apart': [
    files(
      'approve: two-persons, stages: [{ percent: 10, approve: two-persons }, { percent: 100 }]',
    ),
    [
      'rollout.approve automatic or one-person, while admin of switchback.yaml has neither tokens nor oidc: nobody has to prove to be a second person',
      'rollout.stages[0].approve automatic or one-person, while admin of switchback.yaml has neither tokens nor oidc: nobody has to prove to be a second person',
    ],
  ],
  'several strategies and no word which': [
    files(stages, { 'flags/v2_migration.json': strategies('enterprise', 'beta') }),
    ['rollout given a strategy: flags/v2_migration.json has 2 of kind flexibleRollout'],
  ],
  'a title that no strategy has': [
    files(`strategy: gold, ${stages}`, { 'flags/v2_migration.json': strategies('beta') }),
    [
      'rollout.strategy the title of one strategy flexibleRollout in flags/v2_migration.json, which has 0 of them',
    ],
  ],
  'Unleash that only tells': [
    files(stages, { 'switchback.yaml': `${unleash} }\n` }),
    ['rollout beside unleash.admin in switchback.yaml, by which the flag is moved'],
  ],
  'flags in files of several machines': [
    files(stages, { 'switchback.yaml': 'store: { redis: redis://127.0.0.1:6379/0 }\n' }),
    ['rollout beside unleash in switchback.yaml: the flags of several machines are not in files'],
  ],
}

describe('a rollout is allowed', () => {
  for (const [name, written] of Object.entries(allowed)) {
    it(name, async t => assert.deepEqual(await faultsOf(await configDir(t, written)), []))
  }
})

describe('a rollout is refused', () => {
  for (const [name, [written, expected]] of Object.entries(refused)) {
    it(name, async t => {
      const faults = await faultsOf(await configDir(t, written))
      assert.deepEqual(
        faults.map(({ field, rule }) => `${field} ${rule}`),
        expected,
      )
    })
  }
})

it('a rollout is read with times in milliseconds and each stage complete', async t => {
  const written = files(
    'approve: two-persons, stages: [{ percent: 10, hold: 24h, minRequests: 10000 }, { percent: 100, approve: automatic }]',
    {
      'flags/v2_migration.json': flag({ rollout: '0', stickiness: 'default' }),
      'switchback.yaml': `admin: { tokens: [{ name: anna, sha256: ${'a1'.repeat(32)}, role: approver }] }\n`,
    },
  )
  const { routes } = await snapshotOf(await configDir(t, written))
  assert.deepEqual(routes[0]?.rules.rollout, {
    start: 'one-person',
    strategy: null,
    dryRun: false,
    stages: [
      {
        percent: 10,
        minRequests: 10_000,
        ask: null,
        experiments: [],
        holdMs: 86_400_000,
        approve: 'two-persons',
      },
      { percent: 100, minRequests: 1, ask: null, experiments: [], holdMs: 0, approve: 'automatic' },
    ],
  })
})

it('a stage of several strategies says what each of them says by then, in the order of the plan', async t => {
  const written = files(
    'stages: [{ percent: { beta: 100 } }, { percent: { silver: 50 } }, { percent: { silver: 60, enterprise: 100 } }]',
    { 'flags/v2_migration.json': strategies('enterprise', 'beta', 'silver', 'gold') },
  )
  const { routes } = await snapshotOf(await configDir(t, written))
  const { strategy, stages: read = [] } = routes[0]?.rules.rollout ?? {}
  assert.deepEqual(strategy, ['beta', 'silver', 'enterprise'])
  assert.deepEqual(
    read.map(({ percent }) => percent),
    [
      { beta: 100, silver: 0, enterprise: 0 },
      { beta: 100, silver: 50, enterprise: 0 },
      { beta: 100, silver: 60, enterprise: 100 },
    ],
  )
})
