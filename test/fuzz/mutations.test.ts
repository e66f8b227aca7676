import assert from 'node:assert/strict'
import { test } from 'node:test'
import { upstreamClients } from '../support/gateway.ts'
import { startCampaign, token } from './campaign.ts'
import { makeCase } from './fuzz-case.ts'

/** As many as a few seconds allow; `npm run fuzz` holds them for as long as it is told. */
const seeds = 1500
const atOnce = 24

for (const client of upstreamClients) {
  test(`mutated requests (${client}): each that arrives is one that was sent, each answer that of its request`, async t => {
    const campaign = await startCampaign(t, client)
    const all = Array.from({ length: seeds }, (_, i) => i + 1)
    async function lane(): Promise<void> {
      for (let seed = all.pop(); seed !== undefined; seed = all.pop()) {
        const fuzzCase = makeCase(seed, { token })
        const { faults, received } = await campaign.hold(fuzzCase)
        const about = `seed ${seed} sent ${JSON.stringify(fuzzCase.pieces)}, received ${JSON.stringify(received)}`
        assert.deepEqual(faults, [], about)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    assert.deepEqual(campaign.end(), [])
    // Every door has let in and refused, or nothing was tried.
    for (const status of [101, 200, 204, 400, 401, 404, 413, 415, 417, 429, 501]) {
      assert.ok(campaign.statuses.has(status), `no ${status} in ${seeds} conversations`)
    }
  })
}
