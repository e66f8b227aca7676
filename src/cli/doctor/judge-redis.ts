import type { StoreConfig } from '../../config/schema-fleet.ts'
import type { RedisAnswer, RedisFacts } from './ask-redis.ts'
import { type Judgement, ok, problem, warning } from './judgement.ts'

/** The oldest release that the gateway is tested with. */
const leastMajor = 7

/** Each thing that is wrong is told by itself. */
export function judgeRedis(
  answer: RedisAnswer,
  times: Pick<StoreConfig, 'timeoutMs' | 'limitsTimeoutMs'>,
): Judgement[] {
  if (!answer.ok) return [problem(answer.why, nextFor(answer.why))]
  const { facts } = answer
  const troubles = [
    ofVersion(facts),
    ofRole(facts),
    ofKind(facts),
    ofRoom(facts),
    ofLatency(facts, times),
  ]
  const { version, latencyMs } = facts
  return [
    ok(`${version}, answers in ${latencyMs.toFixed(1)} ms`),
    ...troubles.filter(each => each !== null),
  ]
}

function ofVersion({ version }: RedisFacts): Judgement | null {
  if (Number.parseInt(version, 10) >= leastMajor) return null
  return warning(
    `${version} is older than what Switchback is tested with`,
    `run Redis ${leastMajor} or later`,
  )
}

function ofRole({ role }: RedisFacts): Judgement | null {
  if (role === 'master') return null
  return problem(
    'it is a replica, which takes no writes',
    'point store.redis at the primary, or at its sentinels: redis+sentinel://host:port,host:port/name',
  )
}

function ofKind({ isStrayNode }: RedisFacts): Judgement | null {
  if (!isStrayNode) return null
  return problem(
    'it is one node of a cluster, which has a part of the keys',
    'name the cluster in store.redis: redis+cluster://host:port,host:port',
  )
}

function ofRoom({ maxMemoryBytes, evicts }: RedisFacts): Judgement | null {
  if (maxMemoryBytes === null || evicts === 'noeviction') return null
  return warning(
    `it drops keys when it is full (${evicts}): switch backs and revoked tokens may be among them`,
    'set maxmemory-policy noeviction, or give the gateway a Redis of its own',
  )
}

function ofLatency(
  { latencyMs }: RedisFacts,
  { timeoutMs, limitsTimeoutMs }: Pick<StoreConfig, 'timeoutMs' | 'limitsTimeoutMs'>,
): Judgement | null {
  if (latencyMs >= timeoutMs) {
    return problem(
      `that is more than store.timeoutMs (${timeoutMs} ms) allows`,
      'take a Redis that is nearer, or raise store.timeoutMs',
    )
  }
  if (latencyMs * 2 < limitsTimeoutMs) return null
  return warning(
    `that is near store.limitsTimeoutMs (${limitsTimeoutMs} ms): rate limits will often go on by shares`,
    'take a Redis that is nearer, or raise store.limitsTimeoutMs',
  )
}

/** By how Redis, or the system, begins its words. */
const nexts: readonly (readonly [words: RegExp, next: string])[] = [
  [/WRONGPASS|invalid (username|password)/, 'put its user and password into store.redis'],
  [/NOAUTH/, 'put its password into store.redis: redis://:<password>@host:port'],
  [
    /NOPERM/,
    'let its user run all commands on its keys: ACL SETUSER <user> +@all ~{<store.prefix>}:* &{<store.prefix>}:*',
  ],
  [/LOADING/, 'wait until it has read its data, then ask again'],
  [/ECONNREFUSED/, 'start it, or correct host and port in store.redis'],
  [/cluster support disabled/, 'redis:// in the place of redis+cluster:// in store.redis'],
  [/ENOTFOUND|EAI_AGAIN/, 'correct the host in store.redis, or the name service of this machine'],
  [
    /certificate|SSL|TLS|wrong version number/i,
    'rediss:// for a Redis with TLS, redis:// for others',
  ],
]

function nextFor(why: string): string {
  const found = nexts.find(([words]) => words.test(why))
  return (
    found?.[1] ??
    'see whether it runs, can be reached from this machine, and speaks TLS where store.redis says rediss://'
  )
}
