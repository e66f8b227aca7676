import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { logEventOf } from '../../bench/failover/gateway-log.ts'
import { tripOf } from '../../bench/failover/trips.ts'
import { startCallers } from '../support/callers.ts'
import { oneRoute } from '../support/gateway.ts'
import { startGatewayProcess } from '../support/gateway-process.ts'
import { startUpstream } from '../support/http.ts'

const processFile = `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
trustedProxies: [127.0.0.1]
workers: 2
drain: { lingerMs: 0, graceMs: 1000 }
`

const policy = `
fallback: {}
budgets: [{ signal: errors, max: 1% }]
`

const everything = /^[\s\S]*$/
const bothSwitchedBack = /switched back: [\s\S]*switched back: /

function failedOf({ asked }: ReturnType<typeof startCallers>) {
  return asked.filter(({ answer }) => answer?.status !== 200)
}

/** Half of the callers on V2, every fourth request a POST; whatever is asked of a service is written down. */
async function start(t: TestContext) {
  let failing = false
  const asked = { v1: [] as string[], v2: [] as string[] }
  const arrivals: { at: number; behaviour: 'ok' | '500'; method: string; id: string }[] = []
  const service = (name: 'v1' | 'v2') =>
    startUpstream(t, name, (request, response) => {
      request.resume()
      const id = String(request.headers['x-request-id'])
      const isBad = name === 'v2' && failing
      asked[name].push(id)
      if (name === 'v2') {
        const behaviour = isBad ? '500' : 'ok'
        arrivals.push({ at: Date.now(), behaviour, method: request.method ?? '', id })
      }
      response.writeHead(isBad ? 500 : 200, { 'content-length': 2 }).end(name)
    })
  const [v1, v2] = [await service('v1'), await service('v2')]
  const gateway = await startGatewayProcess(t, {
    ...oneRoute({ v1: v1.url, v2: v2.url, percent: 50, policy }),
    'switchback.yaml': processFile,
  })
  await gateway.workerPids(2)
  let sent = 0
  const callers = startCallers(t, gateway.port, {
    callers: 8,
    request() {
      const number = sent++
      const isPost = number % 4 === 3
      const method = isPost ? 'POST' : 'GET'
      const length = isPost ? 'content-length: 0\r\n' : ''
      const ids = `x-request-id: ${method}-${number}\r\nx-user-id: u${number % 97}\r\n`
      return `${method} / HTTP/1.1\r\nhost: api.example.com\r\n${ids}${length}\r\n`
    },
  })
  return {
    gateway,
    callers,
    asked,
    arrivals,
    sent: () => sent,
    fail(): void {
      failing = true
    },
  }
}

test('two workers switch back under load: GETs see nothing of it, and no POST is executed twice', async t => {
  const { gateway, callers, asked, arrivals, sent, fail } = await start(t)
  await callers.further(300)
  assert.ok(asked.v1.length > 0 && asked.v2.length > 0)
  assert.deepEqual(failedOf(callers), [])

  fail()
  const failedAt = Date.now()
  await gateway.child.until(bothSwitchedBack)
  const sentBefore = sent()
  await callers.further(200)
  await callers.stop()

  // What V2 said of a POST is said to its client, and nobody else is asked.
  for (const { answer } of failedOf(callers)) {
    assert.equal(answer?.status, 500)
    assert.match(answer.headers.get('x-request-id') ?? '', /^POST-/)
  }
  const posts = [...asked.v1, ...asked.v2].filter(id => id.startsWith('POST-'))
  assert.equal(new Set(posts).size, posts.length)

  const late = asked.v2.filter(id => Number(id.split('-')[1]) >= sentBefore)
  assert.deepEqual(late, [], 'V2 was asked after both workers had switched back')

  const [output] = await gateway.child.until(everything)
  const events = output.split('\n').flatMap(line => logEventOf(line) ?? [])
  const { workers } = tripOf(events, arrivals, failedAt)
  assert.equal(workers.length, 2)
  for (const { asked } of workers) assert.ok(asked <= 10, `${asked} requests of one worker`)
})
