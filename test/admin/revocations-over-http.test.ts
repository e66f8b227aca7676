import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from './admin-parts.ts'

const person = { who: 'ada', why: 'stolen' }

test('a token, a caller and a session are revoked, and listed in pages', async t => {
  const { ask } = await startAdmin(t)
  const named = [
    { jti: 't-1', until: 2000 },
    { sub: 'anna', iss: 'https://a', before: 900 },
    { sid: 's-1' },
  ]
  for (const each of named) {
    const { status, json } = await ask('POST', '/revocations', { body: { ...person, ...each } })
    assert.equal(status, 200, JSON.stringify(json))
    assert.deepEqual([json.done, json.shared], [true, 'none'])
  }
  const { json } = await ask('GET', '/revocations')
  const none = { issuer: null, before: null }
  assert.deepEqual(json, {
    ...{ entries: 3, limit: 3, waiting: false },
    revocations: [
      { number: 1, revocation: { kind: 'jti', value: 't-1', ...none, until: 2000 } },
      {
        number: 2,
        revocation: {
          ...{ kind: 'sub', value: 'anna', issuer: 'https://a' },
          ...{ before: 900, until: 4500 },
        },
      },
      { number: 3, revocation: { kind: 'sid', value: 's-1', ...none, until: 4600 } },
    ],
  })
  const page = await ask('GET', '/revocations?after=1&limit=1')
  assert.deepEqual(
    page.json.revocations.map(({ number }: { number: number }) => number),
    [2],
  )
  assert.equal((await ask('GET', '/status')).json.revocations.entries, 3)
  assert.match((await ask('GET', '/plain')).text, /Revoked: 3 of at most 3/)
})

test('who and why are in the audit, and the value is not', async t => {
  const { ask } = await startAdmin(t)
  await ask('POST', '/revocations', { body: { ...person, jti: 'secret-id', until: 2000 } })
  const { text, json } = await ask('GET', '/audit')
  const [record] = json.records
  assert.deepEqual([record.event, record.who], ['token-revoked', 'ada'])
  assert.match(record.why, /^ada revoked jti sha256:[0-9a-f]{16} of every issuer, .*: stolen$/)
  assert.ok(!text.includes('secret-id'))
})

const refused: readonly (readonly [object, RegExp])[] = [
  [{ jti: 't' }, /who must be present/],
  [{ ...person }, /one of jti, sub and sid must be given, and one only, received none of them/],
  [{ ...person, jti: 't', sub: 'a' }, /and one only, received jti and sub/],
  [{ ...person, token: 'eyJ' }, /token must be left out, it is no field of the body/],
  [{ ...person, jti: 7 }, /jti must be 1 to 512 characters on one line, received 7/],
  [{ ...person, jti: 't', until: '2000' }, /until must be whole seconds since the epoch/],
  [{ ...person, jti: 't', until: 1.5 }, /until must be whole seconds since the epoch/],
  [{ ...person, jti: 't', until: 1000 }, /until must be ahead, received 1000/],
  [{ ...person, sub: 'a', until: 2000 }, /until must be left out with sub/],
  [{ ...person, sid: 's', before: 2000 }, /before must be left out with sid/],
]

for (const [body, message] of refused) {
  test(`refused with 400: ${message.source}`, async t => {
    const { ask } = await startAdmin(t)
    const { status, json } = await ask('POST', '/revocations', { body })
    assert.deepEqual([status, json.error], [400, 'bad-request'])
    assert.match(json.message, message)
    assert.equal((await ask('GET', '/revocations')).json.entries, 0)
  })
}

test('without room for more it is refused with 507', async t => {
  const { ask } = await startAdmin(t)
  for (const jti of ['a', 'b', 'c']) {
    await ask('POST', '/revocations', { body: { ...person, jti } })
  }
  const { status, json } = await ask('POST', '/revocations', { body: { ...person, jti: 'd' } })
  assert.deepEqual([status, json.error], [507, 'revocations-full'])
})
