import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import { Agent, request } from 'undici'
import type { Decision } from '../../src/decisions/decision.ts'
import { config, createIssuer } from '../identity/issuer.ts'
import { allDecisions } from '../support/decisions.ts'
import { flagFile, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { createManualClock } from '../support/manual-clock.ts'

const issuer = await createIssuer('ES256', 'key-1')

/** Milliseconds between two requests, and when the first comes: before the tokens of `issuer` expire. */
const [stepMs, firstAt] = [40, 1_795_000_000_000]

/** Two split routes, one for known callers with a limit by user, one for anybody with a limit by key. */
export async function shopFiles(t: TestContext): Promise<Record<string, string>> {
  const v1 = (await startUpstream(t, 'v1')).url
  const v2 = (await startUpstream(t, 'v2')).url
  const both = `v1: { url: "${v1}" }\nv2: { url: "${v2}" }`
  return {
    'switchback.yaml': `${testProcess}cookieSecret: "${'s'.repeat(40)}"\n`,
    'keys.json': JSON.stringify(issuer.jwks),
    'routes/orders.yaml': `match: { path: /orders }\n${both}\nflag: orders\npolicy: members\nproperties: { team: { claim: team } }\n`,
    'routes/shop.yaml': `match: { path: /shop }\n${both}\nflag: shop\npolicy: open\nsticky: seen-v2\nuser: { header: x-user-id }\nforce: { users: [user-3, user-4, user-5, user-6] }\n`,
    'routes/reports.yaml': `match: { path: /shop/reports, methods: [GET] }\nv1: { url: "${v1}" }\npolicy: open\n`,
    'policies/members.yaml': `auth:
  issuer: "${config.issuer}"
  audience: api
  jwksFile: keys.json
  algorithms: [ES256]
  allow:
    - { methods: [GET], roles: [member, guest] }
    - { methods: [POST, DELETE], roles: [member], scopes: [orders] }
rateLimit:
  - { name: by-user, key: user, limit: 60/m, burst: 2 }
contentTypes: [application/json, text/plain]
`,
    'policies/open.yaml': `auth: public
rateLimit:
  - { name: by-key, key: [ip, { header: x-api-key }], limit: 120/m, burst: 10 }
cors: { origins: ["https://a.example"], methods: [GET] }
`,
    'flags/orders.json': flagFile('orders', 10),
    'flags/shop.json': flagFile('shop', 30),
  }
}

export interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS' | 'PUT'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** The same every time, and for each `salt` without any bond to the others (the finalizer of MurmurHash3). */
function pick<T>(of: readonly T[], i: number, salt: number): T {
  let mixed = i * 16 + salt
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return of[((mixed ^ (mixed >>> 16)) >>> 0) % of.length] as T
}

/** Requests of all kinds, some of which each door refuses. */
export async function variedRequests(count: number): Promise<readonly Asked[]> {
  const people = Array.from({ length: 40 }, (_, i) => `user-${i}`)
  const roles = [['member'], ['member'], ['guest'], ['auditor'], []]
  const tokens = new Map<string, string>()
  for (const [i, sub] of people.entries()) {
    const scope = i % 3 === 0 ? 'orders read' : 'read'
    tokens.set(sub, await issuer.sign({ sub, roles: pick(roles, i, 9), scope, team: `t${i % 4}` }))
  }
  return Array.from({ length: count }, (_, i) => {
    const user = pick(people, i, 1)
    const session = `${i % 23}`.padStart(22, 'A')
    const path = pick(
      ['/orders', '/orders/7', '/orders/old', '/shop', '/shop/new', '/shop/reports', '/else'],
      i,
      2,
    )
    const known = path.startsWith('/orders')
      ? pick(
          [{ authorization: `Bearer ${tokens.get(user)}` }, {}, { authorization: 'Basic x' }],
          i,
          3,
        )
      : pick([{ 'x-user-id': user }, { 'x-user-id': user }, {}], i, 3)
    const wish = pick([{}, {}, { 'x-switchback-force': 'v2' }], i, 4)
    const key = pick([{}, { 'x-api-key': 'k1' }, { 'x-api-key': 'k2' }], i, 5)
    const method = pick(['GET', 'GET', 'GET', 'POST', 'DELETE', 'OPTIONS', 'PUT'] as const, i, 6)
    const page = { origin: 'https://a.example', 'access-control-request-method': 'GET' }
    const type = pick(['application/json', 'text/plain', 'text/xml'], i, 7)
    const headers = {
      ...{ ...known, ...wish, ...key, cookie: `other=1; sb_sid=${session}` },
      ...(method === 'OPTIONS' ? page : {}),
      ...(method === 'POST' || method === 'PUT' ? { 'content-type': type } : {}),
    } as Record<string, string>
    return { method, path, headers }
  })
}

/** Sends them to a gateway with these files, one after the other at the same times, and says what it decided. */
export async function decide(
  t: TestContext,
  files: Record<string, string>,
  requests: readonly Asked[],
) {
  const clock = createManualClock(firstAt)
  const gateway = await startGateway(t, files, clock)
  const dispatcher = new Agent({ connections: 1 })
  t.after(() => dispatcher.destroy())
  for (const { method, path, headers } of requests) {
    clock.advance(stepMs)
    const hasBody = method === 'POST' || method === 'PUT'
    const answer = await request(`${gateway.url}${path}?n=${randomBytes(4).toString('hex')}`, {
      ...{ method, headers, dispatcher },
      ...(hasBody ? { body: 'x' } : {}),
    })
    await answer.body.dump()
  }
  const decisions: readonly Decision[] = await allDecisions(gateway)
  return { gateway, decisions }
}
