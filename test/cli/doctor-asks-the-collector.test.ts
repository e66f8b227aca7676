import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../../src/cli/doctor/judgement.ts'
import { freePort } from '../support/free-port.ts'
import { configDir, oneRoute, testProcess } from '../support/gateway.ts'
import { startCollector } from '../support/otlp-collector.ts'
import { runProgram } from './run-program.ts'

test('the collector is asked as it will be, with no span, and is no problem where it is gone', async t => {
  const collector = await startCollector(t)
  const nobody = await freePort()
  const files = (otlp: string) => ({
    ...oneRoute({ v1: collector.url }),
    'switchback.yaml': `${testProcess}tracing: { otlp: "${otlp}", headers: { x-key: secret } }\n`,
  })
  const look = async (otlp: string) => {
    const dir = await configDir(t, files(otlp))
    const { out } = await runProgram({}, 'doctor', '-c', dir, '--json', '--timeout', '2m')
    const { findings } = JSON.parse(out) as { findings: Finding[] }
    const [found] = findings.filter(({ check }) => check === 'collector')
    return [found?.state, found?.subject, found?.found]
  }
  assert.deepEqual(await look(collector.url), ['ok', collector.url, 'takes spans'])
  const [post] = collector.posts.filter(({ path }) => path === '/v1/traces')
  assert.deepEqual([post?.headers['x-key'], post?.spans], ['secret', []])
  const gone = `http://127.0.0.1:${nobody}`
  assert.deepEqual((await look(gone)).slice(0, 2), ['warning', gone])
})
