import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitedTo, startLimited } from './limited.ts'

test('a reload hands out nothing anew to limits that it leaves alone', async t => {
  const limit = '{ key: [user, ip], limit: 2/d }'
  const { gateway, statuses } = await startLimited(t, { limits: limit })
  assert.deepEqual(await statuses(3), [200, 200, 429])

  async function reloaded(policy: string): Promise<number | undefined> {
    await gateway.edit({ 'policies/open.yaml': `auth: public\n${policy}` })
    assert.notEqual((await gateway.reload()).result, 'refused')
    return (await statuses(1))[0]
  }
  assert.equal(await reloaded(limitedTo(limit, 'maxBodyBytes: 1000\n')), 429)
  assert.equal(await reloaded(limitedTo(`{ key: ip, limit: 9/d }, ${limit}`)), 429)
  assert.equal(await reloaded(limitedTo('{ key: [ip, user], limit: 2/d, name: both }')), 429)
  // Gone and back again.
  assert.equal(await reloaded(''), 200)
  assert.equal(await reloaded(limitedTo(limit)), 429)
  // Another limit is another limit.
  assert.equal(await reloaded(limitedTo('{ key: [user, ip], limit: 3/d }')), 200)
})
