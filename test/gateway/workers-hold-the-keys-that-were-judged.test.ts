import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { testProcess } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'
import { sendRaw } from '../support/raw.ts'
import { lines, plainRequest } from '../support/requests.ts'

test('a worker that starts while jwksFile is broken goes by the keys of the others', async t => {
  const issuer = await createIssuer('ES256')
  const v1 = await startUpstream(t, 'v1')
  const gateway = await startGatewayProcess(t, {
    'routes/main.yaml': `match: { path: / }\nv1: { url: "${v1.url}" }\npolicy: members\n`,
    'policies/members.yaml': `auth: { issuer: "${config.issuer}", audience: ${config.audience}, jwksFile: keys.json, algorithms: [ES256] }\n`,
    'keys.json': JSON.stringify(issuer.jwks),
    'switchback.yaml': `${testProcess}workers: 2\n`,
  })
  const before = await gateway.workerPids(2)
  await gateway.edit({ 'keys.json': 'no keys' })
  await gateway.child.until(/"why":"file-change",.*configuration refused/)
  for (const [i, pid] of before.entries()) {
    process.kill(pid, 'SIGKILL')
    await gateway.workerPids(3 + i)
  }
  const bearer = lines(`authorization: Bearer ${await issuer.sign()}`)
  for (let times = 0; times < 4; times++) {
    assert.equal((await sendRaw(gateway.port, plainRequest('/', bearer))).status, 200)
  }
})
