import type { Clock } from '../../clock.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import { createRedisAudit, keptRecords } from './redis-audit.ts'
import { createRedisCalls } from './redis-calls.ts'
import { openRedis } from './redis-client.ts'
import { createRedisCounts } from './redis-counts.ts'
import { createRedisLatches } from './redis-latches.ts'
import { createRedisListener } from './redis-listener.ts'
import { createRedisNotices } from './redis-notices.ts'
import { createRedisRevocations } from './redis-revocations.ts'
import { runScript, script } from './redis-script.ts'
import { redisTarget, shownTarget } from './redis-url.ts'
import { createRedisUsers } from './redis-users.ts'
import type { Store, StoreStatus } from './store.ts'
import { createStoreHealth } from './store-health.ts'

export interface RedisStoreOptions {
  /** As `store.redis` of the configuration. */
  readonly url: string
  /** Beginning of every key: a fleet has one. */
  readonly prefix: string
  /** Milliseconds that a call has. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** Hears when the store goes and when it comes back. */
  readonly onStatus?: (status: StoreStatus) => void
  /** Audit records that are kept. */
  readonly keptAudit?: number
}

const takeLease = script(`
  local holder = redis.call('GET', KEYS[1])
  if holder and holder ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1
`)

const endLease = script(`
  if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`)

/**
 * The store of a fleet: Redis, alone or with sentinels, or a cluster. All keys have one hash tag, so
 * that they lie on one node of a cluster and a script may use several.
 */
export function createRedisStore(options: RedisStoreOptions): Store {
  const { clock, timeoutMs } = options
  const target = redisTarget(options.url)
  const key = (name: string) => `{${options.prefix}}:${name}`
  const health = createStoreHealth(clock, options.onStatus ?? (() => {}))
  const client = openRedis(target, timeoutMs)
  const calls = createRedisCalls({ client, shown: shownTarget(target), timeoutMs, clock, health })
  const latches = createRedisLatches(calls, key('latches'))
  const audit = createRedisAudit(calls, key('audit'), options.keptAudit ?? keptRecords)
  const counts = createRedisCounts(calls, key('counts'))
  // Its length says where a subject ends and a holder begins, whatever they are called.
  const notices = createRedisNotices(calls, subject => key(`notices:${subject.length}:${subject}`))
  const revocations = createRedisRevocations(calls, key('revocations'))
  const users = createRedisUsers(calls, (run, part) => key(`users:${part}:${run}`))
  const listeners = new Set<(state: LatchState) => void>()
  const toldOfRevocations = new Set<() => void>()
  const listener = createRedisListener({
    client: openRedis(target, timeoutMs),
    channels: [key('latches'), key('revocations')],
    timeoutMs,
    clock,
    onMessage(channel, message) {
      if (channel === key('revocations')) {
        for (const hear of toldOfRevocations) hear()
        return
      }
      const state = latches.heard(message)
      if (state !== null) for (const hear of listeners) hear(state)
    },
  })

  return {
    kind: 'redis',
    status: health.status,
    latches: latches.all,
    putLatch: latches.put,
    onLatch(hear) {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
    appendAudit: audit.append,
    readAudit: audit.read,
    readAuditBefore: audit.readBefore,
    acquireLease: (name, holder, ttlMs) =>
      calls.run(async client => {
        const taken = await runScript(client, takeLease, [key(`lease:${name}`)], [holder, ttlMs])
        return taken === 1
      }),
    releaseLease: (name, holder) =>
      calls.run(async client => {
        await runScript(client, endLease, [key(`lease:${name}`)], [holder])
      }),
    addCounts: counts.add,
    takeCounts: counts.take,
    remember: (name, value) =>
      calls.run(async client => void (await client.hset(key('memory'), name, value))),
    recall: name => calls.run(client => client.hget(key('memory'), name)),
    putNotice: notices.put,
    notices: notices.of,
    addRevocations: revocations.add,
    readRevocations: revocations.read,
    dropRevocations: revocations.drop,
    onRevocations(hear) {
      toldOfRevocations.add(hear)
      return () => toldOfRevocations.delete(hear)
    },
    addDeeds: users.add,
    usersOf: users.of,
    dropUsers: users.drop,
    async close() {
      listener.close()
      calls.close()
    },
  }
}
