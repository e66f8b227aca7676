import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { altNames } from '../../src/config/alt-names.ts'
import { createAdmission } from '../../src/ingress/admit.ts'
import { createInFlight } from '../../src/pipeline/in-flight.ts'
import type { LiveRoute } from '../../src/pipeline/live-route.ts'
import { createServeHttp, type ServeHttpDeps } from '../../src/pipeline/serve-http.ts'
import type { Serving } from '../../src/pipeline/serving.ts'
import { startMirror } from '../shadow/mirror-parts.ts'
import { openRaw } from '../support/conversation.ts'
import { plainRequest } from '../support/requests.ts'

test('a mistake of our own behind the mirror leaves no copy open, and no body kept', async t => {
  const { mirror, account, limits } = await startMirror(t)
  const route: Partial<LiveRoute> = {
    ...{ entrance: null, limits: null, passOn: null, mirror, testers: null, guard: null },
    identify: () => ({ ok: true, caller: {} }) as ReturnType<LiveRoute['identify']>,
    assign: () => ({ variant: 'v1' }) as ReturnType<LiveRoute['assign']>,
  }
  Object.defineProperty(route, 'origins', {
    get() {
      throw new Error('a mistake')
    },
  })
  const serving: Partial<Serving> = {
    inFlight: createInFlight(),
    admit: createAdmission({
      altNames,
      process: {
        ...{ name: 'edge', trustedProxies: [] },
        limits: { maxHeaderCount: 10, maxUrlBytes: 100 },
      } as unknown as Serving['snapshot']['process'],
      namedHeaders: [],
      newId: () => 'r1',
      beginTrace: null,
    }),
    table: { match: () => ({ ok: true, route }) } as unknown as Serving['table'],
  }
  const errors: unknown[] = []
  const deps: Partial<ServeHttpDeps> = {
    serving: () => serving as Serving,
    ...{ clock: systemClock, awake: systemClock },
    enter: () => null,
    tracing: {} as ServeHttpDeps['tracing'],
    draining: () => false,
    isOutdated: () => false,
    newId: () => 'r2',
    onError: error => void errors.push(error),
    tell: { assigned() {} } as unknown as ServeHttpDeps['tell'],
  }
  const server = createServer(createServeHttp(deps as ServeHttpDeps))
  t.after(() => server.close())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)

  const get = openRaw(t, address.port, plainRequest('/'))
  assert.match(await get.ended(), /^HTTP\/1.1 500 /)
  const post = openRaw(
    t,
    address.port,
    `${plainRequest('/', 'content-length: 5\r\n', 'POST')}hello`,
  )
  assert.match(await post.ended(), /^HTTP\/1.1 500 /)
  assert.equal(errors.length, 2)
  assert.deepEqual(account.shadow, {
    ...{ eligible: 2, sent: 0, failed: {} },
    dropped: { 'no-answer': 1, 'request-broken': 1 },
  })
  assert.deepEqual([limits.bytes.taken, limits.slots.taken], [0, 0])
  await mirror.idle()
})
