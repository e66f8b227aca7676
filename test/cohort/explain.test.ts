import assert from 'node:assert/strict'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { type ExplainOptions, explainCommand } from '../../src/cli/explain.ts'
import { createAssigner } from '../../src/cohort/assign.ts'
import { type Explanation, explain } from '../../src/cohort/explain.ts'
import { createFileFlags } from '../../src/cohort/file-flags.ts'
import { caller, flag, flagName, request, rollout, route, sessionIds, share } from './parts.ts'
import { answering, emptyDir } from './unleash-parts.ts'

const strategies = [rollout(100, 'beta_users'), rollout(50, 'api_partners'), rollout(20)]

describe('explain', () => {
  it('gives the answer of the assigner for 1,000 users, and a bucket that bears it out', () => {
    const flags = createFileFlags({ flags: [flag(strategies)] })
    const deps = { route: route(), flags, seen: null, newId: sessionIds() }
    const assign = createAssigner(deps)
    for (let i = 0; i < 1000; i += 1) {
      const segment = ['beta_users', 'api_partners', 'enterprise'][i % 3] as string
      const who = caller(`user-${i}`, { segment })
      const { variant, reason, strategies } = explain(deps, request(), who)
      const assigned = assign(request(), who)
      assert.deepEqual([variant, reason], [assigned.variant, assigned.reason])
      assert.equal(
        variant === 'v2',
        strategies.some(({ matched }) => matched),
      )
      for (const { bucket, percentage, constraintsMatch, matched } of strategies) {
        assert.equal(matched, constraintsMatch && (bucket as number) <= (percentage as number))
      }
    }
  })

  it('explains a caller without a cookie by one id, not by two', () => {
    const deps = { route: route({ stickyKey: ['cookie'] }), flags: share(50), seen: null }
    const newId = sessionIds()
    for (let i = 0; i < 200; i += 1) {
      const { variant, strategies, stickyKey } = explain(
        { ...deps, newId },
        request(),
        caller(null),
      )
      assert.equal(stickyKey.fresh, true)
      assert.equal(variant === 'v2', strategies[0]?.matched)
    }
  })

  it('knows no bucket where Unleash hashes nothing or a random number', () => {
    const by = (stickiness: string) => {
      const parameters = { rollout: '50', groupId: 'g', stickiness }
      const flags = createFileFlags({ flags: [flag([{ name: 'flexibleRollout', parameters }])] })
      const deps = { route: route(), flags, seen: null, newId: sessionIds() }
      const who = caller('42', { tenant: 'acme' })
      return explain(deps, request(), who).strategies[0]?.bucket ?? null
    }
    assert.equal(by('random'), null)
    assert.equal(by('plan'), null)
    assert.equal(by('userId'), by('default'))
    assert.notEqual(by('tenant'), null)
  })
})

describe('switchback explain', () => {
  it('prints variant, reason, key, source and each strategy', async t => {
    const { code, lines } = await run(t, { user: '42', properties: { segment: 'beta_users' } })
    assert.equal(code, 0)
    assert.deepEqual(lines.slice(0, 5), [
      'variant     v2',
      'reason      in-share: a strategy of the flag matches',
      'route       match',
      `flag        ${flagName}, from flags/`,
      'sticky key  user 42',
    ])
    const rest = lines.slice(5).join('\n')
    assert.match(rest, /^strategy 1 {2}flexibleRollout: matches, bucket \d+ against 100 % in group/)
    assert.match(rest, /strategy 2 {2}.*does not match, .*against 50 %.*constraints do not hold/)
    assert.match(rest, /strategy 3 {2}.*against 20 % in group "v2_migration"$/)
  })

  it('gives the same as one JSON object', async t => {
    const { code, lines } = await run(t, { user: '42', json: true })
    assert.equal(code, 0)
    const explanation = JSON.parse(lines.join('\n')) as Explanation & { route: string }
    assert.equal(explanation.route, 'match')
    assert.equal(explanation.strategies.length, 3)
    assert.deepEqual(explanation.stickyKey, { kind: 'user', value: '42', fresh: false })
  })

  const mistakes: [name: string, changes: Partial<ExplainOptions>, message: string][] = [
    [
      'a route that is not there',
      { route: 'mtach' },
      'Cannot explain: route must be one of match, received "mtach".',
    ],
    [
      'a property that the route does not read',
      { properties: { plan: 'gold' } },
      'Cannot explain: property must be one of segment, received "plan".',
    ],
    [
      'a session of another form',
      { session: 'abc' },
      'Cannot explain: session must be the 22 characters of an sb_sid cookie, received "abc".',
    ],
  ]
  for (const [name, changes, message] of mistakes) {
    it(`refuses ${name}`, async t => {
      assert.deepEqual(await run(t, changes), { code: 2, lines: [message] })
    })
  }

  it('refuses a user on a route that reads none', async t => {
    const { code, lines } = await run(t, { user: '42' }, { 'routes/match.yaml': routeFile('') })
    assert.equal(code, 2)
    assert.match(lines[0] as string, /route match has no user source/)
  })

  it('prints the faults of a broken configuration', async t => {
    const broken = routeFile('stickyKey: [usr]')
    const { code, lines } = await run(t, { user: '42' }, { 'routes/match.yaml': broken })
    assert.equal(code, 1)
    assert.match(lines.join('\n'), /routes\/match\.yaml:\d+:\d+ stickyKey\[0\] must be/)
  })

  it('says so when Unleash is down', async t => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await new Promise(resolve => server.close(resolve))
    const unleash = `unleash: { url: http://127.0.0.1:${port}/api, token: "*:development.x" }\n`
    const { code, lines } = await run(t, { user: '42' }, { 'switchback.yaml': unleash })
    assert.equal(code, 0)
    assert.match(lines[1] as string, /^reason {6}flag-missing/)
    assert.match(lines[3] as string, /Unleash did not answer .*ECONNREFUSED/)
  })

  it('asks Unleash without leaving a trace: no count, no backup', async t => {
    const asked: (string | undefined)[] = []
    const url = await answering(t, (request, response) => {
      asked.push(request.url)
      response.end(JSON.stringify({ features: [flag(strategies)] }))
    })
    const backupDir = join(await emptyDir(t), 'backup')
    const unleash = `unleash: { url: ${url}, token: "*:development.x", backupDir: ${backupDir} }\n`
    const { code, lines } = await run(t, { user: '42' }, { 'switchback.yaml': unleash })
    assert.equal(code, 0)
    assert.match(lines[3] as string, /from Unleash of \d{4}-/)
    assert.deepEqual(asked, ['/api/client/features'])
    await assert.rejects(access(backupDir), { code: 'ENOENT' })
  })
})

function routeFile(more: string): string {
  return `
match: { path: /api/match }
v1: { url: http://127.0.0.1:5062 }
v2: { url: http://127.0.0.1:5070 }
flag: ${flagName}
policy: open
properties: { segment: { header: x-segment } }
${more}
`
}

async function run(
  t: TestContext,
  options: Partial<ExplainOptions>,
  changes: Readonly<Record<string, string>> = {},
): Promise<{ code: number; lines: string[] }> {
  const dir = await emptyDir(t)
  const files = {
    'routes/match.yaml': routeFile('user: { header: x-user-id }'),
    'policies/open.yaml': 'auth: public\n',
    [`flags/${flagName}.json`]: JSON.stringify(flag(strategies)),
    ...changes,
  }
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, file)), { recursive: true })
    await writeFile(join(dir, file), text)
  }
  const lines: string[] = []
  const code = await explainCommand({
    dir,
    env: {},
    route: 'match',
    properties: {},
    json: false,
    out: line => lines.push(line),
    ...options,
  })
  return { code, lines }
}
