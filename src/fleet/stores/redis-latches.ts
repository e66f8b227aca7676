import type { LatchState } from '../../guard/latch-state.ts'
import { sortable } from './latch-order.ts'
import { isLatchState } from './latch-shape.ts'
import type { RedisCalls } from './redis-calls.ts'
import { runScript, script } from './redis-script.ts'

/**
 * The order of `prevailing` in guard/latch-state.ts; a test holds them together. A value is what is
 * compared, then the state as JSON, so that no JSON has to be read here:
 * version:tripped:since:by:{…}
 */
const put = script(`
  local function parts(value)
    local version, tripped, since, by = value:match('^([^:]*):([01]):([^:]*):(%x*):')
    return tonumber(version), tonumber(tripped), tonumber(since), by
  end
  local function prevails(new, old)
    local v1, t1, s1, b1 = parts(new)
    local v2, t2, s2, b2 = parts(old)
    if not (v2 and t2 and s2) then return true end
    if v1 ~= v2 then return v1 > v2 end
    if t1 ~= t2 then return t1 > t2 end
    if s1 ~= s2 then return s1 < s2 end
    return b1 < b2
  end
  local old = redis.call('HGET', KEYS[1], ARGV[1])
  if old and old ~= ARGV[4] and not prevails(ARGV[2], old) then return old end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.pcall('PUBLISH', ARGV[3], ARGV[2])
  return ARGV[2]
`)

/** Own messages that may still come back; an older one would be heard as if it were another's. */
const maxEchoes = 64

/** The latches of the fleet, in the hash `key`; changes are published on the channel of that name. */
export function createRedisLatches(calls: RedisCalls, key: string) {
  const echoes = new Set<string>()

  return {
    all: () =>
      calls.run(async client => {
        const values = Object.values(await client.hgetall(key))
        return values.map(latchIn).filter(state => state !== null)
      }),
    put(state: LatchState): Promise<LatchState> {
      const value = written(state)
      return calls.run(async client => {
        echoes.add(value)
        for (const oldest of echoes) {
          if (echoes.size <= maxEchoes) break
          echoes.delete(oldest)
        }
        const change = [state.flag, value, key]
        let inForce = String(await runScript(client, put, [key], [...change, '']))
        // What is no latch gives way, whatever version it claims.
        if (latchIn(inForce) === null) {
          inForce = String(await runScript(client, put, [key], [...change, inForce]))
        }
        if (inForce !== value) echoes.delete(value)
        const found = latchIn(inForce)
        if (found === null) throw new Error(`${key} holds what is no latch`)
        return found
      })
    },
    /** What a message says; null for one that we sent ourselves, or that says nothing. */
    heard(message: string): LatchState | null {
      return echoes.delete(message) ? null : latchIn(message)
    },
  }
}

function written(state: LatchState): string {
  const { version, since, by } = state
  const order = [version, Number(state.state === 'tripped'), since, sortable(by)]
  return `${order.join(':')}:${JSON.stringify(state)}`
}

/** Redis is shared: what does not look like a latch is not taken for one. */
function latchIn(value: string): LatchState | null {
  const [, json] = /^[^:]*:[01]:[^:]*:[0-9a-f]*:(\{.*)$/s.exec(value) ?? []
  if (json === undefined) return null
  try {
    const state: unknown = JSON.parse(json)
    return isLatchState(state) && written(state) === value ? state : null
  } catch {
    return null
  }
}
