import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Plan } from '../../src/cli/plan/planned.ts'
import type { Decision } from '../../src/decisions/decision.ts'
import { type ChangeKind, changeKinds, changeOf } from '../../src/decisions/replayed.ts'
import { runProgram } from '../cli/run-program.ts'
import { configDir, flagFile } from '../support/gateway.ts'
import { decide, shopFiles, variedRequests } from './planned.ts'

const count = 1000
const requests = await variedRequests(count)

/** What is proposed, and the kinds of change that the requests above must show of it. */
const proposals: readonly {
  readonly name: string
  readonly edit: (files: Record<string, string>) => Record<string, string>
  readonly shows: readonly ChangeKind[]
}[] = [
  {
    name: 'another percentage',
    edit: () => ({ 'flags/orders.json': flagFile('orders', 25) }),
    shows: ['assigned'],
  },
  {
    name: 'another path',
    edit: files => ({
      'routes/shop.yaml': (files['routes/shop.yaml'] ?? '').replace(
        'path: /shop',
        'path: /shop/new',
      ),
    }),
    // Who goes elsewhere takes nothing of the limit that others are under.
    shows: ['routed', 'limited'],
  },
  {
    name: 'another limit',
    edit: files => ({
      'policies/open.yaml': (files['policies/open.yaml'] ?? '').replace('burst: 10', 'burst: 4'),
    }),
    shows: ['limited'],
  },
  {
    name: 'another rule for roles',
    edit: files => ({
      'policies/members.yaml': (files['policies/members.yaml'] ?? '').replace(
        'roles: [member, guest]',
        'roles: [member, auditor]',
      ),
    }),
    shows: ['refused'],
  },
  {
    name: 'all of that at once',
    edit: files => Object.assign({}, ...proposals.slice(0, 4).map(({ edit }) => edit(files))),
    shows: ['routed', 'refused', 'limited', 'assigned'],
  },
]

async function saved(t: TestContext, decisions: readonly Decision[]): Promise<string> {
  const dir = await configDir(t, {})
  const file = join(dir, 'decisions.ndjson')
  await writeFile(file, decisions.map(each => `${JSON.stringify(each)}\n`).join(''))
  return file
}

async function planned(...argv: string[]): Promise<{ plan: Plan; code: number }> {
  const { code, out, error } = await runProgram({}, 'plan', ...argv, '--json')
  assert.notEqual(out, '', error)
  return { plan: JSON.parse(out), code }
}

test('a plan counts what a gateway with the other configuration then really decides', async t => {
  const files = await shopFiles(t)
  const { gateway, decisions } = await decide(t, files, requests)
  assert.equal(decisions.length, count)
  const log = await saved(t, decisions)

  for (const { name, edit, shows } of proposals) {
    await t.test(name, async t => {
      const proposed = { ...files, ...edit(files) }
      const then = await decide(t, proposed, requests)
      const really = { routed: 0, refused: 0, limited: 0, assigned: 0 }
      for (const [i, { result }] of decisions.entries()) {
        const kind = changeOf(result, (then.decisions[i] as Decision).result)
        if (kind !== null) really[kind]++
      }
      const { plan, code } = await planned(then.gateway.dir, '-c', gateway.dir, '--log', log)
      assert.deepEqual(plan.replay.changed, really)
      assert.equal(plan.replay.asRecorded, count)
      assert.equal(plan.replay.unknowns, 0)
      assert.equal(code, 8)
      for (const kind of changeKinds) {
        assert.equal(really[kind] > 5, shows.includes(kind), `${kind}: ${really[kind]}`)
      }
    })
  }
})

test('with the same configuration no decision changes, and all come out as they were', async t => {
  const files = await shopFiles(t)
  const { gateway, decisions } = await decide(t, files, requests)
  const copy = await configDir(t, files)
  const { plan, code } = await planned(copy, '-c', gateway.dir, '--admin', gateway.adminUrl)
  assert.equal(code, 0)
  assert.deepEqual(plan.changed, [])
  const { decisions: replayed, asRecorded, changes, unknowns } = plan.replay
  assert.deepEqual([replayed, asRecorded, changes, unknowns], [count, count, 0, 0])
  const words = decisions.map(({ result }) =>
    result.kind === 'refused'
      ? result.refusal
      : result.kind === 'assigned'
        ? result.reason
        : 'preflight',
  )
  // What is replayed is all that could be decided.
  assert.deepEqual([...new Set(words)].toSorted(), [
    'content-type-refused',
    'forbidden',
    'forced',
    'in-share',
    'no-route',
    'out-of-share',
    'preflight',
    'rate-limited',
    'unauthenticated',
    'v1-only',
  ])
})
