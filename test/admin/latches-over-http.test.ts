import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latch } from '../fleet/store-states.ts'
import { startAdmin } from './admin-parts.ts'

const ada = { who: 'ada', note: 'prices are wrong' }

test('a person switches back and resumes by name and note', async t => {
  const { ask, keeper } = await startAdmin(t)
  const back = await ask('POST', '/latches/v2_migration/rollback', { body: ada })
  assert.equal(back.status, 200)
  assert.deepEqual(
    [back.json.done, back.json.state.by, back.json.state.note, back.json.shared],
    [true, 'ada', 'prices are wrong', 'none'],
  )
  assert.equal(keeper.stateOf('v2_migration').state, 'tripped')

  const again = await ask('POST', '/latches/v2_migration/rollback', { body: ada })
  assert.deepEqual([again.status, again.json.error], [409, 'already-tripped'])
  assert.match(again.json.message, /must be open, received tripped \(by ada, version 1\)/)

  assert.equal((await ask('POST', '/latches/v2_migration/resume', { body: ada })).status, 200)
  assert.equal(keeper.stateOf('v2_migration').state, 'open')
  const twice = await ask('POST', '/latches/v2_migration/resume', { body: ada })
  assert.deepEqual([twice.status, twice.json.error], [409, 'already-open'])
})

test('a drill is begun and ended, and leaves the latch as it is', async t => {
  const { ask, keeper } = await startAdmin(t)
  const begun = await ask('POST', '/latches/v2_migration/drill', { body: { who: 'ada' } })
  assert.equal(begun.json.state.flag, 'v2_migration#drill')
  assert.equal(keeper.stateOf('v2_migration').version, 0)
  const { json } = await ask('GET', '/latches')
  assert.deepEqual(
    json.map((each: { flag: string; isDrill: boolean }) => [each.flag, each.isDrill]),
    [
      ['v2_migration#drill', true],
      ['v2_migration', false],
    ],
  )
  assert.equal(
    (await ask('POST', '/latches/v2_migration/drill/end', { body: ada })).json.state.state,
    'open',
  )
})

test('a flag that no route names is refused, whatever its name', async t => {
  const { ask } = await startAdmin(t)
  for (const name of ['v2_migartion', 'a/b', '__proto__', 'x'.repeat(200)]) {
    const path = `/latches/${encodeURIComponent(name)}/rollback`
    const { status, json } = await ask('POST', path, { body: ada })
    assert.deepEqual([status, json.error], [404, 'unknown-flag'], name)
    assert.ok(json.message.includes(`received "${name}"`))
  }
})

for (const { body, told } of [
  { body: {}, told: /who must be present, received nothing$/ },
  { body: { who: '' }, told: /who must be 1 to 128 characters on one line, received ""$/ },
  { body: { who: 7 }, told: /who must be 1 to 128 characters on one line, received 7$/ },
  { body: { who: 'a\nb' }, told: /received "a\\nb"$/ },
  { body: { who: 'ada', note: 'x'.repeat(1001) }, told: /note must be at most 1000 characters/ },
  { body: { who: 'ada', nota: 'x' }, told: /nota must be left out, it is no field of the body$/ },
  { body: [], told: /body must be an object, received \[\]$/ },
  { body: '{"who":', told: /Cannot read the request: / },
  { body: '{"__proto__":{},"who":"ada"}', told: /Cannot read the request: / },
]) {
  test(`a body that is not one changes nothing: ${JSON.stringify(body).slice(0, 40)}`, async t => {
    const { ask, keeper } = await startAdmin(t)
    const { status, json } = await ask('POST', '/latches/v2_migration/rollback', { body })
    assert.deepEqual([status, json.error], [400, 'bad-request'])
    assert.match(json.message, told)
    assert.equal(keeper.stateOf('v2_migration').version, 0)
  })
}

for (const name of ['%zz', '%ff', 'x'.repeat(257)]) {
  test(`a path that names nothing is answered like every other mistake: ${name.slice(0, 5)}`, async t => {
    const { ask } = await startAdmin(t)
    const { status, json } = await ask('POST', `/latches/${name}/rollback`, {
      body: { who: 'ada' },
    })
    assert.deepEqual([status, json.error], [400, 'bad-request'])
    assert.match(json.message, /^Cannot read the request: path must be .*, received "\/latches/)
  })
}

for (const { reason, moment } of [
  { reason: 'budget-breach', moment: 'the breach' },
  { reason: 'operator', moment: 'the switch back' },
] as const) {
  test(`the latches are shown with evidence, workers and the time that the way back took: ${reason}`, async t => {
    const { ask, keeper, shown } = await startAdmin(t)
    const since = 1_000_000
    const state = latch({ since, reason })
    keeper.trip(state)
    shown.workers = [11, 12].map(pid => ({
      pid,
      configVersion: 'c1',
      flags: null,
      routes: [],
      latches: [{ state, takenAt: since + pid - 9, lastV2At: since + 1 }],
      websocketsOpen: { v1: 0, v2: 0 },
      shedding: null,
      rateLimits: null,
    }))
    const [report] = (await ask('GET', '/latches')).json
    assert.equal(report.state.evidence.text, '31 of 412 answers failed, allowed 1 %')
    assert.deepEqual(report.workers, [
      { pid: 11, takenAt: since + 2, lastV2At: since + 1 },
      { pid: 12, takenAt: since + 3, lastV2At: since + 1 },
    ])
    assert.equal(
      report.speed,
      `switched back in 3 ms in 2 workers here, 0 ms on disk, last V2 request 1 ms after ${moment}`,
    )
  })
}
