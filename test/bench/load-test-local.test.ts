import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { ownersOf } from '../../bench/load-test/port-owners.ts'
import { barLine, createProgress } from '../../bench/load-test/progress.ts'
import { watchUsage } from '../../bench/load-test/usage.ts'
import { canReadProc } from '../../bench/proc.ts'

const skip = !canReadProc() && 'needs /proc'

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}

test('the owner of a port is who listens there, not whom it has started', { skip }, async t => {
  const server = createServer()
  const port = await portOf(server)
  t.after(() => server.close())
  const program = 'process.on("message", () => process.send("have it"))'
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  t.after(() => child.kill())
  child.send('a socket', server)
  await once(child, 'message')
  for (const host of ['127.0.0.1', 'localhost']) {
    assert.deepEqual(ownersOf(`http://${host}:${port}`), [process.pid], host)
  }
  assert.deepEqual(ownersOf(`http://192.0.2.1:${port}`), [])
})

test('a port that nobody listens on has no owner, and what nobody owns used nothing', async () => {
  const server = createServer()
  const port = await portOf(server)
  await new Promise(resolve => server.close(resolve))
  assert.deepEqual(ownersOf(`http://127.0.0.1:${port}`), [])
  const used = await watchUsage([], async () => ({ good: 1 }))
  assert.deepEqual(used, { good: 1, cpuMicroseconds: null, residentBytes: null })
})

test('the bar shows what is done, what is left and what is going on', () => {
  assert.equal(barLine(0, 200, 'warm-up'), `${'░'.repeat(24)}   0 %  3 min 20 s left  warm-up`)
  assert.equal(barLine(150, 200, 'V2'), `${'█'.repeat(18)}${'░'.repeat(6)}  75 %  50 s left  V2`)
  assert.equal(barLine(230, 200, 'V2'), `${'█'.repeat(24)} 100 %  0 s left  V2`)
})

test('on a screen the bar is drawn over, and elsewhere each line is written once', t => {
  const play = (isTTY: boolean) => {
    let text = ''
    const screen = { isTTY, columns: 60, write: (more: string) => (text += more) }
    const progress = createProgress(screen, 20, () => 0)
    t.after(progress.close)
    progress.begin('round 1, V1', 10)
    progress.tell('round 1, V1: 16 answers/s')
    progress.begin('round 1, V2', 10)
    return text
  }
  assert.equal(play(false), 'round 1, V1\nround 1, V1: 16 answers/s\nround 1, V2\n')
  const [first = '', second = '', third = ''] = play(true).split('\r\x1b[K').slice(1)
  assert.match(first, /^░+ {3}0 % {2}20 s left {2}round 1, V1$/)
  assert.equal(second, 'round 1, V1: 16 answers/s\n')
  assert.match(third, /50 %/)
  assert.ok(first.length < 60 && third.length < 60)
})
