import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { oneRoute, realClock, startGateway, testProcess } from '../support/gateway.ts'
import { runProgram } from './run-program.ts'

test('health is one word and an exit code: alive, ready, leaving, gone', async t => {
  let endDelay = () => {}
  // Whatever happens: who closes the gateway waits for it.
  t.after(() => endDelay())
  const clock: typeof realClock = {
    ...realClock,
    every(periodMs, tick) {
      if (periodMs !== 60_000) return realClock.every(periodMs, tick)
      endDelay = tick
      return () => {}
    },
  }
  const files = {
    ...oneRoute({ v1: 'http://127.0.0.1:1' }),
    'switchback.yaml': testProcess.replace('drain: {', 'drain: { delayMs: 60000,'),
  }
  const { adminUrl, close } = await startGateway(t, files, clock)
  const health = (...more: string[]) => runProgram({}, 'health', '--admin', adminUrl, ...more)
  assert.deepEqual(await health(), { code: 0, out: 'alive', error: '' })
  assert.deepEqual(await health('--ready'), { code: 0, out: 'ready', error: '' })

  const closing = close()
  const leaving = await health('--ready')
  assert.deepEqual(leaving, { code: 1, out: 'not-ready', error: '' })
  assert.equal((await health()).code, 0)
  endDelay()
  await closing
  assert.equal((await health()).code, 3)
})

test('health finds the admin listener in the configuration', async t => {
  const port = await freePort()
  const { dir } = await startGateway(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:1' }),
    'switchback.yaml': testProcess.replace('admin: { port: 0 }', `admin: { port: ${port} }`),
  })
  assert.equal((await runProgram({}, 'health', '-c', dir)).out, 'alive')
})
