import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Decision } from '../../src/decisions/decision.ts'
import type { DecisionsPage } from '../../src/decisions/merged-page.ts'
import { oneRoute, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

test('the decisions of all workers are told as one list, in their order, and each knows its worker', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `${testProcess}workers: 2\ndecisions: { keep: 60, perSecond: 100000 }\n`,
  })
  const pids = await gateway.workerPids(2)
  // A connection each, which go to the workers in turn.
  for (let i = 0; i < 40; i++) await sendRaw(gateway.port, plainRequest(`/${i}`))
  const page = (await gateway.admin('/decisions?limit=1000')) as DecisionsPage
  const asked = ({ request }: Decision) => Number(request.path.slice(1))
  const all = page.decisions.map(asked)
  assert.deepEqual(
    all.toSorted((a, b) => a - b),
    Array.from({ length: 40 }, (_, i) => i),
  )
  // Their clocks agree to about a millisecond.
  for (const pid of pids) {
    const own = page.decisions.filter(({ worker }) => worker === pid).map(asked)
    assert.deepEqual(
      own,
      own.toSorted((a, b) => a - b),
    )
  }
  assert.deepEqual(
    [...new Set(page.decisions.map(({ worker }) => worker))].toSorted(),
    pids.toSorted(),
  )
  assert.deepEqual([page.kept, page.leftOut, page.unheard], [40, 0, 0])
})
