import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DecisionsPage } from '../../src/decisions/merged-page.ts'
import { oneRoute, testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

test('the decisions of all workers are told as one list, and each knows its worker', async t => {
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: v1.url }),
    'switchback.yaml': `${testProcess}workers: 2\ndecisions: { keep: 60, perSecond: 100000 }\n`,
  })
  const pids = await gateway.workerPids(2)
  // A connection each, which go to the workers in turn.
  for (let i = 0; i < 40; i++) await sendRaw(gateway.port, plainRequest(`/${i}`))
  const page = (await gateway.admin('/decisions?limit=1000')) as DecisionsPage
  assert.deepEqual(
    page.decisions.map(({ request }) => request.path),
    Array.from({ length: 40 }, (_, i) => `/${i}`),
  )
  assert.deepEqual(
    [...new Set(page.decisions.map(({ worker }) => worker))].toSorted(),
    pids.toSorted(),
  )
  assert.deepEqual([page.kept, page.leftOut, page.unheard], [40, 0, 0])
})
