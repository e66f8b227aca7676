import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountsWhen, isOver } from '../../bench/shadow/account.ts'
import { inOneProcess } from '../../bench/shadow/one-process.ts'
import { anyCore, startScene } from '../../bench/shadow/scene.ts'
import { onStage } from '../../bench/stage.ts'

/** Less than the time limit of the test run. */
const patience = { timeout: 30_000 }
const enoughMs = 10_000

test(
  'one process copies in the rounds with shadow, in no other, and settles after each switch',
  patience,
  async () => {
    await onStage(async stage => {
      const { clients, start } = await startScene(stage, anyCore, 'well', 'sources')
      const gateway = await start('{}', 'off')
      const order: string[] = []

      async function ask(what: string): Promise<number> {
        const load = { url: gateway.url, method: 'GET', bytes: 0, rate: 500 } as const
        const { failed, timesMs } = await clients.send({ ...load, requests: 10 })
        assert.equal(failed, 0)
        assert.equal(timesMs.length, 10)
        const { shadow } = await accountsWhen(gateway, isOver, enoughMs)
        order.push(`${what} ${gateway.side}: ${shadow.eligible}`)
        return shadow.eligible
      }

      const eligible = await inOneProcess(gateway, {
        rounds: 2,
        copiesEndMs: enoughMs,
        settle: async () => void (await ask('settle')),
        measure: side => ask(`measure ${side},`),
      })
      assert.deepEqual(order, [
        'measure off, off: 0',
        'settle on: 10',
        'measure on, on: 20',
        'measure on, on: 30',
        'settle off: 30',
        'measure off, off: 30',
      ])
      assert.deepEqual(eligible, { off: [0, 30], on: [20, 30] })
    })
  },
)

test(
  'the thread that serves tells how late a timer was since it was last asked',
  patience,
  async () => {
    await onStage(async stage => {
      const { clients, start } = await startScene(stage, anyCore, 'well', 'sources')
      const gateway = await start('{}', 'off')
      const before = performance.now()
      assert.deepEqual(await gateway.timerGaps(), [])
      const load = { url: gateway.url, method: 'GET', bytes: 0, rate: 100 } as const
      await clients.send({ ...load, requests: 20 })
      const gaps = await gateway.timerGaps()
      const all = gaps.reduce((sum, gap) => sum + gap, 0)
      assert.ok(gaps.length > 0)
      assert.ok(all > 0 && all <= performance.now() - before, `${all}`)
    })
  },
)

test('a shadow that the gateway refuses is said, and not waited for', patience, async () => {
  await onStage(async stage => {
    const { start } = await startScene(stage, anyCore, 'well', 'sources')
    const gateway = await start('{ share: 200% }', 'off')
    await assert.rejects(gateway.turn('on'), /Cannot switch the shadow: refused, .*share/)
    assert.equal(gateway.side, 'off')
  })
})
