import type { Clock } from '../../clock.ts'
import { openRedis, type RedisClient } from '../../fleet/stores/redis-client.ts'
import { createRedisFailures } from '../../fleet/stores/redis-failures.ts'
import { redisTarget } from '../../fleet/stores/redis-url.ts'
import type { Sighting } from './judge-clock.ts'

/** What a Redis says of itself. */
export interface RedisFacts {
  readonly version: string
  /** `master`, or `slave`, which takes no writes. */
  readonly role: string
  /** Null: as much as there is. */
  readonly maxMemoryBytes: number | null
  /** What it does when that is full, such as `noeviction`. */
  readonly evicts: string
  /** It is a node of a cluster, and was asked as if it were alone. */
  readonly isStrayNode: boolean
  /** Milliseconds from question to answer, the median of a few. */
  readonly latencyMs: number
}

export type RedisAnswer =
  | { readonly ok: true; readonly facts: RedisFacts; readonly clock: Omit<Sighting, 'of'> }
  | { readonly ok: false; readonly why: string }

export interface RedisQuestion {
  /** As `store.redis` of the configuration. */
  readonly url: string
  /** Milliseconds that one command has. */
  readonly timeoutMs: number
  readonly clock: Clock
}

/** Questions of which the median is taken. */
const pings = 5

/** Asks a Redis as the gateway would: with its login, and by a script. Writes nothing. Never rejects. */
export async function askRedis({ url, timeoutMs, clock }: RedisQuestion): Promise<RedisAnswer> {
  const target = redisTarget(url)
  const client = openRedis(target, timeoutMs)
  const failures = createRedisFailures(client, timeoutMs)
  try {
    await connected(client)
    const { isClustered, ...facts } = factsIn(await client.info())
    const isStrayNode = isClustered && target.kind !== 'cluster'
    const times: number[] = []
    for (let asked = 0; asked < pings; asked++) {
      const before = clock.monotonic()
      await client.ping()
      times.push(clock.monotonic() - before)
    }
    // As a script, since all that the gateway writes is written by one.
    const before = clock.now()
    const answer = (await client.eval("return redis.call('TIME')", 0)) as [string, string]
    const after = clock.now()
    const [seconds, micros] = answer.map(Number) as [number, number]
    const aheadMs = seconds * 1000 + micros / 1000 - (before + after) / 2
    return {
      ok: true,
      facts: { ...facts, isStrayNode, latencyMs: median(times) },
      clock: { aheadMs, withinMs: (after - before) / 2 },
    }
  } catch (cause) {
    return { ok: false, why: failures.reasonOf(cause as Error) }
  } finally {
    client.disconnect()
  }
}

function connected(client: RedisClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('ready', resolve)
    client.on('error', reject)
  })
}

/** Reads the answer to INFO, `name:value` a line. */
function factsIn(info: string) {
  const said = new Map(
    info.split(/\r?\n/).map(line => {
      const at = line.indexOf(':')
      return [line.slice(0, at), line.slice(at + 1)] as const
    }),
  )
  return {
    version: said.get('redis_version') ?? 'unknown',
    role: said.get('role') ?? 'unknown',
    maxMemoryBytes: Number(said.get('maxmemory') ?? 0) || null,
    evicts: said.get('maxmemory_policy') ?? 'unknown',
    isClustered: said.get('cluster_enabled') === '1',
  }
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
