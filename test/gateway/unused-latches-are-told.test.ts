import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from '../cli/run-program.ts'
import { flagFile, oneRoute, startGateway } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'

test('a flag that is switched back and left the routes is told of, and one that came back is not', async t => {
  const [v1, v2] = [await startUpstream(t, 'v1'), await startUpstream(t, 'v2')]
  const files = oneRoute({ v1: v1.url, v2: v2.url })
  const route = files['routes/main.yaml'] ?? ''
  const gateway = await startGateway(t, { ...files, 'flags/v3.json': flagFile('v3', 0) })
  const where = ['--admin', gateway.adminUrl]
  const warnings = () => gateway.logLines.filter(line => line.includes('no route uses it'))
  const statusLine = async () => {
    const { out } = await runProgram({}, 'status', ...where)
    return out.split('\n').find(line => line.startsWith('  v2  '))
  }
  assert.equal((await runProgram({}, 'rollback', 'v2', ...where)).code, 0)
  assert.match((await statusLine()) ?? '', /SWITCHED BACK, all on V1 for [^;]*$/)
  assert.deepEqual(warnings(), [])

  await gateway.edit({ 'routes/main.yaml': route.replace('flag: v2', 'flag: v3') })
  assert.notEqual((await gateway.reload()).result, 'refused')
  const [warning = '{}', ...more] = warnings()
  assert.deepEqual(more, [])
  const { level, flag } = JSON.parse(warning)
  assert.deepEqual([level, flag], ['warn', 'v2'])
  assert.match((await statusLine()) ?? '', /SWITCHED BACK, .*; no route uses it$/)
  const page = await (await fetch(`${gateway.adminUrl}/plain`)).text()
  assert.match(page, /v2 <b>switched back: all on V1; no route uses it</)

  await gateway.edit({ 'routes/main.yaml': route })
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal(warnings().length, 1)
  assert.match((await statusLine()) ?? '', /SWITCHED BACK, all on V1 for [^;]*$/)
})
