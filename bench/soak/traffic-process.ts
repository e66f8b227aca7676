/**
 * So much mixed traffic: `node traffic-process.ts <port> <requests a second> <requests>`. Sends its `Tally`
 * when the last client is done, and ends.
 */
import { startPace } from '../pace.ts'
import { createHttp1Clients } from './traffic/http1.ts'
import { createHttp2Client } from './traffic/http2.ts'
import { type Kind, order } from './traffic/kinds.ts'
import { largeBytes } from './traffic/sizes.ts'
import { createTally } from './traffic/tally.ts'
import { echo } from './traffic/websocket.ts'

const [port = 0, rate = 1, requests = 0] = process.argv.slice(2).map(Number)
const users = 200
const connections = 32
const leaveAfterMs = 50

const http1 = createHttp1Clients(port, connections)
// One that leaves takes its connection with it.
const leaving = createHttp1Clients(port, connections)
const http2 = createHttp2Client(port)
const tally = createTally()
const large = Buffer.alloc(largeBytes, 'x')
const small = Buffer.from(JSON.stringify({ order: 1 }))
const underWay = new Set<Promise<void>>()
let sent = 0

type Play = (user: string) => Promise<unknown>

const plays: Readonly<Record<Kind, Play>> = {
  get: async user => expect(200, await http1.ask({ method: 'GET', path: '/small', user })),
  post: async user =>
    expect(200, await http1.ask({ method: 'POST', path: '/small', user, body: small })),
  upload: async user =>
    expect(200, await http1.ask({ method: 'POST', path: '/upload', user, body: large })),
  async download(user) {
    const answer = await http1.ask({ method: 'GET', path: '/large', user })
    expect(200, answer)
    if (answer.bytes !== largeBytes) throw new Error('a short body that looked whole')
  },
  failing: async user => expect(500, await http1.ask({ method: 'GET', path: '/rough/fail', user })),
  async cut(user) {
    const asked = { method: 'GET', path: '/rough/cut', user } as const
    const isWhole = await http1.ask(asked).then(
      () => true,
      () => false,
    )
    if (isWhole) throw new Error('a cut answer that looked whole')
  },
  leave: user => leaving.leave({ method: 'GET', path: '/slow', user }, leaveAfterMs),
  'leave-upload': user =>
    leaving.leave({ method: 'POST', path: '/upload', user, body: large }, leaveAfterMs),
  http2: async user => expect(200, await http2.get('/small', user)),
  websocket: user => echo(port, user, false),
  'websocket-dropped': user => echo(port, user, true),
}

function expect(status: number, answer: { readonly status: number }): void {
  if (answer.status !== status) throw new Error(String(answer.status))
}

const stop = startPace(rate, () => performance.now(), send)

function send(): void {
  if (sent === requests) {
    stop()
    void leave()
    return
  }
  const number = sent++
  const kind = order[number % order.length] as Kind
  const done = plays[kind](`user-${(number * 7919) % users}`).then(
    () => tally.add(kind, null),
    (error: NodeJS.ErrnoException) => tally.add(kind, error.code ?? error.message),
  )
  underWay.add(done)
  done.finally(() => underWay.delete(done))
}

async function leave(): Promise<void> {
  await Promise.all(underWay)
  http1.close()
  leaving.close()
  await http2.close()
  process.send?.(tally.taken(), () => process.exit())
}

// Its parent is gone.
process.on('disconnect', () => process.exit())
