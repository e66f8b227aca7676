import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { verifyChain } from '../../src/fleet/stores/audit-chain.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { startChild } from '../support/child.ts'

const kills = 20

test('a latch and its audit record that were put survive kill -9 at once', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-killed-'))
  t.after(() => rm(dir, { recursive: true }))
  let next = 1
  for (let i = 0; i < kills; i++) {
    const child = startChild(t, 'test/fleet/put-latches.ts', [dir, String(next)])
    // The longer ones die in the middle of whatever write comes after the one that is asked for.
    await child.until(new RegExp(`put ${next + (i % 5) * 7}\\n`))
    child.process.kill('SIGKILL')
    await child.exited
    const said = Number((await child.until(/put (\d+)\n[^\n]*$/))[1])

    const store = createEmbeddedStore({ dir, clock: systemClock })
    const [found] = await store.latches()
    const records = await store.readAudit(0, 100_000)
    await store.close()
    assert.ok(found !== undefined && found.version >= said, `${said} was put, ${found?.version} is`)
    assert.equal(found.state, 'tripped')
    assert.equal(verifyChain(records).ok, true)
    const newest = records.slice(-2).map(({ why }) => why)
    assert.ok(newest.includes(`version ${said}`), `${said} was appended, ${newest} are the newest`)
    next = found.version + 1
  }
})
