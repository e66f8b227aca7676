import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { createClient } from '../support/http.ts'
import { plainRequest } from '../support/requests.ts'
import { startShadowed } from './shadowed.ts'

test('a copy under way is not lost in a reload that opens other connections', async t => {
  const v2 = await startScriptedUpstream(t)
  const shadowed = await startShadowed(t, {
    shadow: '{ noise: 0%, maxInFlight: 3 }',
    v2Url: v2.url,
  })
  await openRaw(t, shadowed.port, plainRequest('/')).ended()
  const copy = await v2.accept()
  await copy.until('\r\n\r\n')
  await shadowed.edit(shadowed.filesWith('{ noise: 0%, maxInFlight: 4 }'))
  assert.notEqual((await shadowed.reload()).result, 'refused')
  await openRaw(t, shadowed.port, plainRequest('/')).ended()
  const other = await v2.accept()
  for (const one of [copy, other]) {
    await one.until('\r\n\r\n')
    one.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  }
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 2, sent: 2, dropped: {}, failed: {} })
  // Nobody can choose it any more, so its connection goes.
  await copy.ended()
})

test('a share stays exact over reloads that leave it alone', async t => {
  const shadowed = await startShadowed(t, { shadow: '{ share: 50%, noise: 0% }' })
  const get = createClient(t)
  for (let n = 0; n < 6; n++) {
    await get(shadowed.url)
    await shadowed.edit(shadowed.filesWith(`{ share: 50%, noise: 0%, timeoutMs: ${1000 + n} }`))
    assert.notEqual((await shadowed.reload()).result, 'refused')
  }
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 3, sent: 3, dropped: {}, failed: {} })
})

test('what was counted stays when a policy stops copying', async t => {
  const shadowed = await startShadowed(t)
  const get = createClient(t)
  await get(shadowed.url)
  await shadowed.settled()
  await shadowed.edit(shadowed.filesWith('{ share: 0% }'))
  assert.notEqual((await shadowed.reload()).result, 'refused')
  await get(shadowed.url)
  assert.equal(
    await shadowed.metric('switchback_shadow_copies_eligible_total{route="main",copy="shadow"}'),
    1,
  )
  assert.equal(shadowed.v2.seen.length, 1)
})

test('the last request of a configuration is copied to where that says', async t => {
  const v1 = await startScriptedUpstream(t)
  const shadowed = await startShadowed(t, {
    shadow: '{ noise: 0%, maxInFlight: 3 }',
    v1Url: v1.url,
  })
  const client = openRaw(t, shadowed.port, plainRequest('/'))
  const asked = await v1.accept()
  await asked.until('\r\n\r\n')
  await shadowed.edit(shadowed.filesWith('{ noise: 0%, maxInFlight: 4 }'))
  assert.notEqual((await shadowed.reload()).result, 'refused')
  asked.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
  await client.ended()
  const { shadow } = await shadowed.settled()
  assert.deepEqual(shadow, { eligible: 1, sent: 1, dropped: {}, failed: {} })
})
