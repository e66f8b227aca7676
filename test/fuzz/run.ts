import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseArgs } from 'node:util'
import { upstreamClients } from '../support/gateway.ts'
import { startCampaign, token } from './campaign.ts'
import { type FuzzCase, makeCase } from './fuzz-case.ts'

/**
 * `npm run fuzz -- --for 5m --seed 1`: mutated requests for as long as it is told, by one client after
 * the other. The first conversation that goes wrong is written into a file, which `--case` holds again.
 */
const { values } = parseArgs({
  options: {
    for: { type: 'string', default: '1m' },
    seed: { type: 'string', default: '1' },
    case: { type: 'string' },
  },
})
const atOnce = 24

function millisecondsOf(text: string): number {
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? []
  assert.ok(
    count !== undefined,
    `Cannot fuzz: --for must be such as 30s, 5m or 1h, received ${text}`,
  )
  return Number(count) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

const first = Number(values.seed)
assert.ok(
  Number.isSafeInteger(first),
  `Cannot fuzz: --seed must be a number, received ${values.seed}`,
)
const eachMs = millisecondsOf(values.for) / upstreamClients.length
const again: FuzzCase | null =
  values.case === undefined ? null : JSON.parse(readFileSync(values.case, 'latin1')).held

for (const client of upstreamClients) {
  test(`mutated requests (${client}) from seed ${first} on`, { timeout: Infinity }, async t => {
    const campaign = await startCampaign(t, client)
    const underWay = new Map<number, FuzzCase>()
    let wrong: string | null = null
    let next = first
    const until = performance.now() + eachMs

    async function hold(held: FuzzCase): Promise<void> {
      underWay.set(held.seed, held)
      const outcome = await campaign.hold(held)
      underWay.delete(held.seed)
      if (outcome.faults.length === 0 || wrong !== null) return
      wrong = keep({ client, held, ...outcome })
    }
    /** Of a crash nobody knows which conversation it was: all that were under way are kept. */
    const onCrash = (error: unknown) => {
      wrong ??= keep({ client, error: String(error), underWay: [...underWay.values()] })
    }
    process.on('uncaughtExceptionMonitor', onCrash).on('unhandledRejection', onCrash)
    t.after(() => {
      process.off('uncaughtExceptionMonitor', onCrash).off('unhandledRejection', onCrash)
    })

    async function lane(): Promise<void> {
      while (wrong === null && performance.now() < until) await hold(makeCase(next++, { token }))
    }
    if (again !== null) await hold(again)
    else await Promise.all(Array.from({ length: atOnce }, lane))
    assert.deepEqual(campaign.end(), [])
    t.diagnostic(`${client}: ${campaign.count()} conversations, seeds ${first} to ${next - 1}`)
    assert.equal(wrong, null, `What went wrong is kept in ${wrong}`)
  })
}

/** Bytes above 127 stay one byte each. */
function keep(found: Record<string, unknown>): string {
  const path = join(tmpdir(), `switchback-fuzz-${process.pid}-${found.client}.json`)
  writeFileSync(path, JSON.stringify(found, null, 2), 'latin1')
  return path
}
