import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type WatchOptions, watchStatus } from '../../src/cli/watch/watch-status.ts'
import { systemClock } from '../../src/clock.ts'
import { startAdmin } from '../admin/admin-parts.ts'
import { entryOf, startGuardedAdmin, tokenOf } from '../admin/operators.ts'
import { freePort } from '../support/free-port.ts'
import { startProxy } from '../support/tcp-proxy.ts'
import { startCommand } from './command.ts'
import { runProgram } from './run-program.ts'

/** Watches a gateway, many times a second; `seen` waits for what was printed since it last did. */
function watch(t: TestContext, port: number, options: Partial<WatchOptions> = {}) {
  const stop = new AbortController()
  let text = ''
  let error = ''
  let look = () => {}
  const print = (piece: string) => {
    text += piece
    look()
  }
  const ended = watchStatus({
    admin: `http://127.0.0.1:${port}`,
    dir: '.',
    env: {},
    json: false,
    out: line => print(`${line}\n`),
    error(line) {
      error += `${line}\n`
      look()
    },
    terminal: null,
    clock: systemClock,
    everyMs: 5,
    stop: stop.signal,
    ...options,
  })
  t.after(() => stop.abort())
  return {
    ended,
    stop: () => stop.abort(),
    print,
    error: () => error,
    seen: (pattern: RegExp) =>
      new Promise<string>(resolve => {
        look = () => {
          if (!pattern.test(text + error)) return
          const seen = text
          text = ''
          look = () => {}
          resolve(seen)
        }
        look()
      }),
  }
}

test('it says the status anew, block by block, until it is stopped', async t => {
  const { port, shown } = await startAdmin(t)
  const watching = watch(t, port)
  await watching.seen(/^m1 {2}ready[\s\S]*WORKERS/)
  shown.overloads = ['worker 11 refuses 40 %']
  await watching.seen(/\n\nm1 {2}ready.*\nOVERLOADED: worker 11 refuses 40 %\n/)
  watching.stop()
  assert.equal(await watching.ended, 0)
  assert.equal(watching.error(), '')
})

test('as JSON it is an object a line', async t => {
  const { port, shown } = await startAdmin(t)
  const watching = watch(t, port, { json: true })
  await watching.seen(/\n.*\n/)
  shown.machine = 'm2'
  const lines = (await watching.seen(/m2.*\n/)).trim().split('\n')
  assert.equal(JSON.parse(lines.at(-1) ?? '').machine, 'm2')
  for (const line of lines) assert.equal(typeof JSON.parse(line), 'object')
})

test('on a terminal the last words of a gateway that is away stay, marked as old, and it goes on', async t => {
  const { port, shown } = await startAdmin(t)
  const proxy = await startProxy(t, port)
  const terminal = { rows: 40, write: (text: string) => watching.print(text) }
  const watching = watch(t, proxy.port, { terminal })
  await watching.seen(/m1 {2}ready/)
  proxy.leadTo(await freePort())
  const frame = await watching.seen(/Its last words:[\s\S]*WORKERS/)
  assert.match(frame, /NO STATUS for \d+ s: Cannot ask the gateway: /)
  assert.match(frame, /Its last words:.*\r\n.*\r\nm1 {2}ready/)
  shown.machine = 'm2'
  proxy.leadTo(port)
  await watching.seen(/m2 {2}ready/)
  watching.stop()
  assert.equal(await watching.ended, 0)
  assert.match(await watching.seen(/1049l/), /\?1049lm2 {2}ready/)
})

test('a gateway that is away from the start ends it', async t => {
  const watching = watch(t, await freePort())
  assert.equal(await watching.ended, 3)
  assert.match(watching.error(), /Cannot ask the gateway/)
})

test('whoever may not ask any more is told so and asks no more', async t => {
  const tokens = [entryOf('vera', 'viewer', '2027-01-31')]
  const now = Date.parse('2027-01-31') - 1000
  const { port, clock } = await startGuardedAdmin(t, { tokens, now })
  const env = { SWITCHBACK_ADMIN_TOKEN: tokenOf('vera') }
  const watching = watch(t, port, { env })
  await watching.seen(/WORKERS/)
  clock.advance(2000)
  assert.equal(await watching.ended, 7)
  assert.match(watching.error(), /^Cannot .*\n$/)
})

test('what somebody wrote into the status does not steer the terminal', async t => {
  const { port, keeper } = await startAdmin(t)
  const request = { flag: 'v2_migration', to: 'tripped', who: 'ada', reason: 'operator' } as const
  await keeper.change({ ...request, note: 'now\u001b[2J' })
  const { out } = await runProgram({}, 'status', '--admin', `http://127.0.0.1:${port}`)
  assert.match(out, /note {3}now\\u\{1b\}\[2J/)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends the command with 0`, async t => {
    const { port } = await startAdmin(t)
    const admin = `http://127.0.0.1:${port}`
    const command = startCommand(t, 'status', '--watch', '--admin', admin)
    await command.seen(/WORKERS/)
    command.child.kill(signal)
    const { code, error } = await command.ended
    assert.deepEqual([code, error], [0, ''])
  })
}

/** Takes connections and says nothing. */
async function startSilent(t: TestContext) {
  const silent = createServer(socket => void t.after(() => socket.destroy()))
  silent.listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  return { port, asked: once(silent, 'connection') }
}

const soon = { timeout: 10_000 }

test('nobody waits for the first answer if it is not wanted any more', soon, async t => {
  const { port, asked } = await startSilent(t)
  const watching = watch(t, port)
  await asked
  watching.stop()
  assert.deepEqual([await watching.ended, watching.error()], [0, ''])
})

test('nor for a later one, and nothing is said of it', soon, async t => {
  const { port } = await startAdmin(t)
  const proxy = await startProxy(t, port)
  const silent = await startSilent(t)
  const watching = watch(t, proxy.port)
  await watching.seen(/WORKERS/)
  proxy.leadTo(silent.port)
  await silent.asked
  watching.stop()
  assert.equal(await watching.ended, 0)
  assert.doesNotMatch(await watching.seen(/^/), /NO STATUS/)
})
