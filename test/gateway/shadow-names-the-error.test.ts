import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import type { Finding, RouteDifferences } from '../../src/shadow/finding.ts'
import { eventually } from '../fleet/eventually.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'
import { startShop } from './noisy-shop.ts'

/** The longest time that counts as "of late". */
const lateMs = 30 * 60_000

/** Real time, which the test can let leap forward while nothing is under way. */
function leapingClock(): Clock & { leap(milliseconds: number): void } {
  let leapt = 0
  return {
    now: () => systemClock.now() + leapt,
    monotonic: () => systemClock.monotonic() + leapt,
    idle: () => systemClock.monotonic() + leapt,
    every: systemClock.every,
    leap(milliseconds) {
      leapt += milliseconds
    },
  }
}

/** V1 and V2 of a noisy shop, V2 shown to nobody, and no word about the shadow but that there is one. */
async function shadowedShop(t: TestContext) {
  const [v1, v2] = await Promise.all([startShop(t, 'v1'), startShop(t, 'v2')])
  const clock = leapingClock()
  const files = oneRoute({
    v1: v1.url,
    v2: v2.url,
    percent: 0,
    policy: 'shadow: {}\n',
  })
  const gateway = await startGateway(t, files, clock)
  const client = createClient(t)
  let asked = 0

  const differences = async (): Promise<RouteDifferences> =>
    (await (
      await fetch(`${gateway.adminUrl}/differences/main?all=true`)
    ).json()) as RouteDifferences

  return {
    v2,
    clock,
    differences,
    /** Lets users ask until `pairs` more have been compared; each must have V1's answer. */
    async sample(pairs: number): Promise<RouteDifferences> {
      const before = (await differences()).compared
      for (let sent = 0; sent < pairs; sent++) {
        const { status, body } = await client(`${gateway.url}/`, { 'x-user-id': String(asked++) })
        assert.equal(status, 200)
        assert.equal(JSON.parse(body).items.length, 11)
      }
      return eventually(async () => {
        const now = await differences()
        return now.compared - before === pairs && now.noisePairs === asked / 20 && now
      })
    },
  }
}

const nameOf = ({ part, at, kind }: Finding) => `${part}${at} ${kind}`

function withVerdict({ findings }: RouteDifferences, verdict: Finding['verdict']): string[] {
  return findings.filter(finding => finding.verdict === verdict).map(nameOf)
}

const price = 'body/items/*/price value'

test('after 200 samples the one wrong field is named and the noise is not', async t => {
  const { v2, sample } = await shadowedShop(t)
  v2.charge(1.01)
  const found = await sample(200)

  assert.deepEqual(withVerdict(found, 'real'), [price])
  assert.deepEqual(withVerdict(found, 'noise').sort(), [
    'body/answerId value',
    'body/generatedAt value',
    'body/items order',
  ])
  assert.deepEqual(withVerdict(found, 'undecided'), [])
  const [worst] = found.findings
  assert.deepEqual([worst?.pairs, worst?.noiseRate, found.noisePairs], [200, 0, 10])
  assert.equal(found.mismatchRate, 1)
  assert.match(worst?.samples[0]?.v2 ?? '', /^\d+(\.\d+)?$/)
})

test('without an error fewer than 1 in 200 of the samples is called a mismatch', async t => {
  const { sample } = await shadowedShop(t)
  const { findings, mismatchRateInAll } = await sample(400)
  assert.ok(findings.length >= 3, 'the noise was seen')
  assert.deepEqual(
    findings.filter(({ verdict }) => verdict === 'real'),
    [],
  )
  assert.ok(mismatchRateInAll !== null && mismatchRateInAll < 0.005, String(mismatchRateInAll))
})

test('an error that is mended brings the mismatch rate to 0', async t => {
  const { v2, clock, sample } = await shadowedShop(t)
  v2.charge(1.01)
  const wrong = await sample(200)
  v2.charge(1)
  clock.leap(lateMs)
  const mended = await sample(200)

  const pairsOf = ({ findings }: RouteDifferences) =>
    findings.find(finding => nameOf(finding) === price)?.pairs
  assert.deepEqual([pairsOf(wrong), pairsOf(mended)], [200, 200], 'no further pair shows it')
  assert.deepEqual([wrong.mismatchRate, mended.mismatchRate], [1, 0])
})
