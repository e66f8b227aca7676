import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../src/clock.ts'
import { lookMs } from '../../src/fleet/rollout/rollout-keeper.ts'
import { bearing, entryOf, tokenOf } from '../admin/operators.ts'
import { flagFile, realClock, startGateway } from './gateway.ts'
import { createClient, startUpstream } from './http.ts'
import { type SceneService, sceneService } from './scene-service.ts'

/** Who may log in, each with `tokenOf(name)`: Vera reads, Anna acts, Otto and Pia agree to stages. */
export const staff = [
  entryOf('vera', 'viewer'),
  entryOf('anna', 'operator'),
  entryOf('otto', 'approver'),
  entryOf('pia', 'approver'),
]

/** Real time, in which rollouts are looked at ten times as often. */
const hurried: Clock = {
  ...realClock,
  every: (periodMs, tick) => realClock.every(periodMs === lookMs ? lookMs / 10 : periodMs, tick),
}

const careful = `
budgets:
  - { signal: errors, max: 5%, minRequests: 20 }
  - { signal: latency, p95: 3x v1, dryRun: true }
rollout:
  stages:
    - { percent: 10, hold: 1s, minRequests: 20, approve: two-persons }
    - { percent: 25, hold: 1h, minRequests: 1000 }
    - { percent: 50, hold: 1h, minRequests: 5000 }
    - { percent: 100, hold: 1h }
`

const shadowed = `
budgets: [{ signal: mismatch, max: 0.5% }]
shadow: { noise: 100% }
`

interface SceneOptions {
  readonly services?: {
    readonly v1?: SceneService
    readonly v2?: SceneService
  }
  /** Budgets and rollout of the policy of `match`, in the place of those that it has. */
  readonly careful?: string
  /** More of the route `match`. */
  readonly match?: string
  /** Percent of its callers that have V2 at first, 10 where it is left out. */
  readonly percent?: number
  readonly machine?: string
}

/**
 * A gateway in the midst of its work, for consoles to look at: `match` on its way to V2 in stages, at
 * 10 %; `search` with nobody on V2 and copies that differ; `orders` with nothing but V1.
 */
export async function startScene(t: TestContext, options: SceneOptions = {}) {
  const { services = {}, match = '', percent = 10 } = options
  // Hooks run in the order in which they were added: this one comes before the end of what is sent to.
  const sendings: (() => Promise<void>)[] = []
  t.after(() => Promise.all(sendings.map(stop => stop())))
  const v1 = await startUpstream(t, 'v1', sceneService({ version: 'v1', ...services.v1 }))
  let failing = false
  const answerV2 = sceneService({ version: 'v2', ...services.v2 })
  const v2 = await startUpstream(t, 'v2', (request, response) => {
    if (failing) response.writeHead(500).end()
    else answerV2(request, response)
  })
  const both = `v1: { url: "${v1.url}" }\nv2: { url: "${v2.url}" }\nuser: { header: x-user-id }\n`
  const gateway = await startGateway(
    t,
    {
      'switchback.yaml': processFor(staff.map(({ name }) => name)),
      'routes/match.yaml': `match: { path: /api/match }\n${both}flag: v2_migration\npolicy: careful\n${match}`,
      'routes/search.yaml': `match: { path: /api/search }\n${both}flag: v2_search\npolicy: shadowed\n`,
      'routes/orders.yaml': `match: { path: /api/orders }\nv1: { url: "${v1.url}" }\npolicy: open\n`,
      'flags/v2_migration.json': flagFile('v2_migration', percent),
      'flags/v2_search.json': flagFile('v2_search', 0),
      'policies/careful.yaml': `auth: public\n${options.careful ?? careful}`,
      'policies/shadowed.yaml': `auth: public\n${shadowed}`,
      'policies/open.yaml': 'auth: public\n',
    },
    hurried,
    options.machine,
  )
  const get = createClient(t)
  let sent = 0

  /** The next requests, four at a time: users in turn, `paths` in turn. */
  async function send(count: number, paths: readonly string[] = scenePaths): Promise<void> {
    const last = sent + count
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (sent < last) {
          const number = sent++
          const path = paths[number % paths.length]
          await get(`${gateway.url}${path}`, { 'x-user-id': `user-${number % 997}` })
        }
      }),
    )
  }

  return {
    ...gateway,
    send,
    processFor,
    /** What a page of the admin listener answers to one of the staff. */
    async read<T>(path: string, who = 'vera'): Promise<T> {
      const answer = await fetch(`${gateway.adminUrl}${path}`, { headers: bearing(tokenOf(who)) })
      return answer.json() as Promise<T>
    },
    /** Some 50 requests a second, until the test is over or the returned function is called. */
    keepSending(paths: readonly string[] = scenePaths): () => Promise<void> {
      let isOver = false
      const sending = (async () => {
        while (!isOver) {
          await send(4, paths)
          await pause(80)
        }
      })()
      const stop = () => {
        isOver = true
        return sending
      }
      sendings.push(stop)
      return stop
    },
    /** From now on V2 answers 500, or does not any more. */
    failV2(isFailing = true): void {
      failing = isFailing
    },
  }
}

/** `switchback.yaml` when these of the staff may log in. */
function processFor(names: readonly string[]): string {
  const tokens = staff.filter(({ name }) => names.includes(name))
  const admin = JSON.stringify({ port: 0, tokens })
  return `listen: { host: 127.0.0.1, port: 0 }\nadmin: ${admin}\ndrain: { lingerMs: 0 }\n`
}

const scenePaths = ['/api/match', '/api/match', '/api/search', '/api/orders'] as const

export type Scene = Awaited<ReturnType<typeof startScene>>
