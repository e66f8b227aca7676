import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import type { RouteDifferences } from '../../src/shadow/finding.ts'
import { eventually } from '../fleet/eventually.ts'
import { type Answerer, startShadowed } from './shadowed.ts'

const random = createRandom(11)

/** An offer with a new id, a clock and tags in any order: what no two answers have in common. */
function offers(price: () => number): Answerer {
  let asked = 0
  return (_request, response) => {
    asked++
    const tags = ['new', 'blue', 'large'].sort(() => random() - 0.5)
    const body = {
      requestId: randomUUID(),
      generatedAt: new Date(1_700_000_000_000 + asked * 977).toISOString(),
      price: price(),
      tags,
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(body))
  }
}

test('without configuration a price that is off by 1 % is named after 200 requests, and the noise is not', async t => {
  let factor = 1.01
  const shadowed = await startShadowed(t, {
    shadow: '{}',
    v1: offers(() => 200),
    v2: offers(() => 200 * factor),
  })
  const differences = async (): Promise<RouteDifferences> => {
    const answer = await fetch(`${shadowed.adminUrl}/differences/main?all=true`)
    return (await answer.json()) as RouteDifferences
  }
  let asked = 0
  /** Asks so often, and tells what was found once it was all compared. */
  const after = async (requests: number): Promise<RouteDifferences> => {
    for (let i = 0; i < requests; i++) await (await fetch(`${shadowed.url}/offers`)).text()
    asked += requests
    return eventually(async () => {
      const found = await differences()
      return found.compared === asked && found.noisePairs === asked / 20 && found
    })
  }

  const found = await after(200)
  const real = found.findings.filter(({ verdict }) => verdict === 'real')
  assert.deepEqual(
    real.map(({ at, kind, pairs }) => [at, kind, pairs]),
    [['/price', 'value', 200]],
    JSON.stringify(found.findings, null, 1),
  )
  assert.deepEqual(
    found.findings
      .slice(1)
      .map(({ at, verdict }) => [at, verdict])
      .sort(),
    [
      ['/generatedAt', 'noise'],
      ['/requestId', 'noise'],
      ['/tags', 'noise'],
    ],
  )
  assert.equal(found.mismatchRate, 1)

  factor = 1
  const mended = await after(200)
  assert.equal(mended.findings[0]?.at, '/price')
  assert.equal(mended.findings[0]?.pairs, 200)
  assert.equal(mended.mismatchRate, 0.5)
})
