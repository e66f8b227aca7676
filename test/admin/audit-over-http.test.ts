import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startAdmin } from './admin-parts.ts'

test('the audit is read page by page, oldest first, and proves itself', async t => {
  const { ask } = await startAdmin(t)
  for (const change of ['rollback', 'resume', 'rollback']) {
    await ask('POST', `/latches/v2_migration/${change}`, { body: { who: 'ada', note: change } })
  }
  const first = await ask('GET', '/audit?limit=2')
  assert.equal(first.json.from, 'embedded')
  assert.deepEqual(
    first.json.records.map(({ seq, event, who }: Record<string, unknown>) => [seq, event, who]),
    [
      [1, 'latch-tripped', 'ada'],
      [2, 'latch-resumed', 'ada'],
    ],
  )
  const rest = await ask('GET', '/audit?after=2')
  assert.deepEqual(
    rest.json.records.map(({ seq }: { seq: number }) => seq),
    [3],
  )
  const seqs = async (query: string) =>
    (await ask('GET', `/audit?${query}`)).json.records.map(({ seq }: { seq: number }) => seq)
  assert.deepEqual(await seqs('before=end&limit=2'), [2, 3])
  assert.deepEqual(await seqs('before=2'), [1])
  assert.deepEqual(await seqs('before=1'), [])
  const { json } = await ask('GET', '/audit/verify')
  assert.equal(json.verdict.ok, true)
  assert.equal(json.verdict.head.seq, 3)
})

for (const { query, told } of [
  { query: 'limit=0', told: /limit must be a whole number from 1 to 1000, received "0"/ },
  { query: 'limit=1001', told: /limit must be/ },
  { query: 'after=-1', told: /after must be a whole number, received "-1"/ },
  { query: 'before=0', told: /before must be a whole number from 1 on, or "end" for the newest/ },
  { query: 'before=9&after=1', told: /before must be left out where after is given, received "9"/ },
  { query: 'newest=1', told: /newest must be left out, it is no field of the query/ },
]) {
  test(`a page that makes no sense is refused: ${query}`, async t => {
    const { ask } = await startAdmin(t)
    const { status, json } = await ask('GET', `/audit?${query}`)
    assert.deepEqual([status, json.error], [400, 'bad-request'])
    assert.match(json.message, told)
  })
}
