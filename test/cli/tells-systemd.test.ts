import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openServiceManager } from '../../src/cli/service-manager.ts'
import { monotonicUsec, systemClock } from '../../src/clock.ts'
import { startChild } from '../support/child.ts'
import { configDir, oneRoute, testProcess, writeFiles } from '../support/gateway.ts'
import { openNotifySocket } from '../support/notify-socket.ts'

/** Elsewhere there is no systemd to tell. */
const skip = process.platform !== 'linux'

test('systemd hears that it serves, lives, reloads and leaves', { skip }, async t => {
  const { path, messages, until } = await openNotifySocket(t)
  const dir = await configDir(t, {
    'switchback.yaml': testProcess,
    ...oneRoute({ v1: 'http://127.0.0.1:1' }),
  })
  const env = { ...process.env, NOTIFY_SOCKET: path, WATCHDOG_USEC: '100000' }
  const child = startChild(t, 'src/main.ts', ['start', dir], [], env)
  assert.equal(await until(/READY/), `READY=1\nSTATUS=serves ${dir}`)
  assert.equal(await until(/WATCHDOG/), 'WATCHDOG=1')

  const before = monotonicUsec()
  let from = messages.length
  child.process.kill('SIGHUP')
  const [, reloadingAt = ''] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(await until(/RELO/)) ?? []
  assert.ok(before <= BigInt(reloadingAt) && BigInt(reloadingAt) <= monotonicUsec())
  assert.equal(await until(/READY/, from), `READY=1\nSTATUS=serves ${dir}`)
  const reload = messages.slice(from).filter(message => message !== 'WATCHDOG=1')
  assert.match(reload[0] ?? '', /RELOADING/)

  from = messages.length
  await writeFiles(dir, { 'policies/open.yaml': 'auth: publik\n' })
  const refused = `STATUS=serves ${dir} as it was: the change to it was refused`
  assert.equal(await until(/STATUS/, from), refused)
  child.process.kill('SIGHUP')
  assert.equal(await until(/READY/, from), `READY=1\n${refused}`)

  child.process.kill('SIGTERM')
  // Two seconds more than the 5 s that this configuration gives to what is in flight.
  assert.equal(await until(/STOPPING/), 'STOPPING=1\nEXTEND_TIMEOUT_USEC=7000000\nSTATUS=draining')
  assert.deepEqual(await child.exited, [0, null])
})

test('while it leaves, systemd hears of no reload', { skip }, async t => {
  const { path, messages } = await openNotifySocket(t)
  const { ready, reloading, status, stopping, close } = manager({
    ...process.env,
    NOTIFY_SOCKET: path,
  })
  ready('serves')
  reloading()
  stopping(7)
  ready('serves')
  reloading()
  status('still does')
  await close()
  assert.deepEqual(
    messages.map(message => message.split('=')[0]),
    ['READY', 'RELOADING', 'STOPPING'],
  )
})

function manager(env: NodeJS.ProcessEnv) {
  let timers = 0
  const failures: string[] = []
  const made = openServiceManager({
    ...{ env, monotonicUsec, pid: 2 },
    clock: {
      ...systemClock,
      every() {
        timers++
        return () => {}
      },
    },
    onFailure: line => failures.push(line),
  })
  return { ...made, failures, timers: () => timers }
}

test('signs of life are sent only where this process is asked for them', async () => {
  const NOTIFY_SOCKET = '/nowhere'
  for (const [env, timers] of [
    [{ NOTIFY_SOCKET, WATCHDOG_USEC: '1000000', WATCHDOG_PID: '2' }, 1],
    [{ NOTIFY_SOCKET, WATCHDOG_USEC: '1000000', WATCHDOG_PID: '3' }, 0],
    [{ NOTIFY_SOCKET }, 0],
  ] as const) {
    const made = manager(env)
    made.ready('a')
    made.ready('b')
    assert.equal(made.timers(), timers)
    await made.close()
  }
})

test('a manager that cannot be told is named once, and nothing waits for it', async () => {
  const { ready, status, close, failures } = manager({
    NOTIFY_SOCKET: '/nowhere',
    PATH: '/nowhere',
  })
  ready('serves')
  status('still does')
  await close()
  assert.equal(failures.length, 1)
  assert.match(String(failures[0]), /^Cannot tell the service manager READY=1: .*ENOENT/)
})

test('without a manager nothing is told', async () => {
  const { ready, status, close, failures } = manager({ PATH: '/nowhere' })
  ready('serves')
  status('still does')
  await close()
  assert.deepEqual(failures, [])
})
