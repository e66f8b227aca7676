import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { createLiveConfig, type ReloadReport } from '../../src/config/live.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'
import { lookEveryMs, watchConfig } from '../../src/config/watch.ts'
import { configDir, flag, put, valid } from './config-dir.ts'
import { goodKeySet, jwk, keySet, rsa } from './key-material.ts'

async function started(t: TestContext, files: Readonly<Record<string, string>> = {}) {
  const dir = await configDir(t, files)
  const applied: Snapshot[] = []
  const reports: ReloadReport[] = []
  const env: Record<string, string> = { TOKEN: 'one' }
  let now = 1000
  let applying: (snapshot: Snapshot) => void | Promise<void> = () => {}
  const live = createLiveConfig({
    dir,
    env,
    clock: { ...systemClock, now: () => now++ },
    apply: async snapshot => {
      await applying(snapshot)
      applied.push(snapshot)
    },
    report: report => reports.push(report),
  })
  await live.reload('start')
  return {
    dir,
    env,
    live,
    applied,
    reports,
    onApply(next: typeof applying) {
      applying = next
    },
  }
}

const share = (snapshot: Snapshot | null) =>
  snapshot?.flags[0]?.strategies[0]?.parameters?.rollout ?? null

test('an edit is applied as a whole new snapshot', async t => {
  const { dir, live, applied, reports } = await started(t)
  const before = live.current
  assert.equal(share(before), '10')
  await put(dir, 'flags/v2_migration.json', flag({ rollout: '25' }))
  const report = await live.reload('file-change')
  assert.equal(report.result, 'applied')
  assert.equal(share(live.current), '25')
  assert.equal(share(before), '10')
  assert.deepEqual(applied, [before, live.current])
  assert.deepEqual(
    reports.map(({ why, result, version }) => [why, result, version]),
    [
      ['start', 'applied', before?.version],
      ['file-change', 'applied', live.current?.version],
    ],
  )
})

test('a bad edit changes nothing and is told; mending it goes live', async t => {
  const { dir, live, applied } = await started(t)
  const before = live.current
  const loadedAt = live.status.loadedAt
  await put(dir, 'routes/match.yaml', `${valid['routes/match.yaml']}stiky: flag\nuser: {}\n`)
  await put(dir, 'policies/careful.yaml', 'auth: publik\n')
  const report = await live.reload('file-change')
  assert.equal(report.result, 'refused')
  assert.deepEqual(
    report.faults.map(({ file, line }) => `${file}:${line}`),
    ['policies/careful.yaml:1', 'routes/match.yaml:7', 'routes/match.yaml:8'],
  )
  assert.equal(live.current, before)
  assert.equal(applied.length, 1)
  assert.deepEqual(live.status, {
    version: before?.version,
    loadedAt,
    lastAttemptAt: live.status.lastAttemptAt,
    lastResult: 'refused',
    faults: report.faults,
    error: null,
  })
  assert((live.status.lastAttemptAt ?? 0) > (loadedAt ?? 0))

  await put(dir, 'routes/match.yaml', `${valid['routes/match.yaml']}sticky: flag\n`)
  await put(dir, 'policies/careful.yaml', 'auth: public\n')
  assert.equal((await live.reload('file-change')).result, 'applied')
  assert.deepEqual(live.status.faults, [])
})

test('the same files are not applied twice, a rotated secret is', async t => {
  const { env, live, applied } = await started(t, {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
    'switchback.yaml': 'unleash: { url: http://127.0.0.1:4242/api, token: "${TOKEN}" }\n',
  })
  const before = live.current
  assert.equal((await live.reload('signal')).result, 'unchanged')
  assert.equal(live.current, before)
  assert.equal(applied.length, 1)
  env.TOKEN = 'two'
  assert.equal((await live.reload('signal')).result, 'applied')
  assert.equal(live.current?.process.unleash?.token, 'two')
})

test('a snapshot that cannot be applied is refused and the old one kept', async t => {
  const { dir, live, onApply } = await started(t)
  const before = live.current
  onApply(() => {
    throw new Error('no such key')
  })
  await put(dir, 'flags/v2_migration.json', flag({ rollout: '25' }))
  const report = await live.reload('file-change')
  assert.equal(report.result, 'refused')
  assert.equal(report.error?.message, 'no such key')
  assert.equal(live.status.error?.message, 'no such key')
  assert.equal(live.current, before)
  onApply(() => {})
  assert.equal((await live.reload('signal')).result, 'applied')
  assert.equal(live.status.error, null)
})

test('changes during a reload share one more reload, after it', async t => {
  const { dir, live, applied, reports, onApply } = await started(t)
  let inApply = 0
  const entered = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  onApply(async () => {
    inApply++
    assert.equal(inApply, 1)
    entered.resolve()
    await gate.promise
    inApply--
  })
  await put(dir, 'flags/v2_migration.json', flag({ rollout: '25' }))
  const first = live.reload('file-change')
  await entered.promise
  assert.equal(share(live.current), '10')
  await put(dir, 'flags/v2_migration.json', flag({ rollout: '50' }))
  const more = [live.reload('file-change'), live.reload('signal'), live.reload('file-change')]
  gate.resolve()
  assert.equal((await first).result, 'applied')
  assert.deepEqual(new Set(await Promise.all(more)).size, 1)
  assert.deepEqual(applied.map(share), ['10', '25', '50'])
  assert.equal(reports.length, 3)
})

test('a bad start leaves nothing in force', async t => {
  const { live } = await started(t, { 'policies/careful.yaml': '' })
  assert.equal(live.current, null)
  assert.equal(live.status.version, null)
  assert.equal(live.status.lastResult, 'refused')
  assert.equal(live.status.faults.length, 1)
})

test('a key set outside the folders goes live, also one that was missing or bad before', async t => {
  const { dir, live, applied } = await started(t)
  const reports: ReloadReport['result'][] = []
  let look = () => {}
  let reported = Promise.withResolvers<void>()
  const watch = watchConfig({
    dir,
    files: () => live.files,
    quietMs: 20,
    clock: {
      ...systemClock,
      every(periodMs, tick) {
        if (periodMs !== lookEveryMs) return systemClock.every(periodMs, tick)
        look = tick
        return () => {}
      },
    },
    async onChange() {
      reports.push((await live.reload('file-change')).result)
      reported.resolve()
    },
  })
  t.after(() => watch.close())
  const after = async (file: string, text: string) => {
    reported = Promise.withResolvers()
    await put(dir, file, text)
    look()
    await reported.promise
  }

  await put(dir, 'policies/careful.yaml', 'auth: { issuer: a, audience: b, jwksFile: k/keys }\n')
  assert.equal((await live.reload('signal')).result, 'refused')
  look()
  await after('k/keys', keySet())
  assert.equal(reports.at(-1), 'refused')
  await after('k/keys', goodKeySet)
  assert.equal(live.status.lastResult, 'applied')
  await after('k/keys', keySet(jwk(rsa.publicKey, { kid: 'next' })))
  assert.equal(live.status.lastResult, 'applied')
  assert.equal(new Set(applied.map(({ version }) => version)).size, 3)
})
