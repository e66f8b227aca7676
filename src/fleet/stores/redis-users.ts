import type { DeedFate, UserDeed, UserRow } from '../../experiment/user.ts'
import type { RedisCalls } from './redis-calls.ts'
import { runScript, script } from './redis-script.ts'

/** Longer than any experiment: what a gateway that is gone has left behind ends by itself. */
const keepMs = 180 * 86_400_000

/**
 * add-deed.ts in Lua, so that a user whom several machines see is one user. Arguments: the window, then for
 * each deed its key's place, user, variant (empty for none), moment, values, sum, whether new users are
 * taken in, and stratum.
 */
const add = script(`
  local fates = {}
  for at = 3, #ARGV, 8 do
    local key, user, variant = KEYS[tonumber(ARGV[at])], ARGV[at + 1], ARGV[at + 2]
    local now, values, sum = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
    local found = redis.call('HGET', key, user)
    local fate, row = nil, nil
    if not found then
      if variant == '' then fate = 'unknown'
      elseif ARGV[at + 6] == '0' then fate = 'not-sampled'
      else
        fate = 'first'
        row = { variant, ARGV[at + 3], values, sum, '0', ARGV[at + 7] }
      end
    else
      local first, count, total, crossed, stratum
      local was
      was, first, count, total, crossed, stratum =
        string.match(found, '^(.-)|(.-)|(.-)|(.-)|(.-)|(.*)$')
      if now > tonumber(first) + tonumber(ARGV[1]) then fate = 'late'
      elseif variant ~= '' and variant ~= was then
        fate = 'crossed'
        row = { was, first, tonumber(count), tonumber(total), '1', stratum }
      else
        fate = 'added'
        row = { was, first, tonumber(count) + values, tonumber(total) + sum, crossed, stratum }
      end
    end
    if row then
      row[3] = string.format('%.0f', row[3])
      row[4] = string.format('%.17g', row[4])
      redis.call('HSET', key, user, table.concat(row, '|'))
    end
    fates[#fates + 1] = fate
  end
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[2]) end
  return fates
`)

/** What is known of the users of experiments: a hash for each part of a run. */
export function createRedisUsers(calls: RedisCalls, keyOf: (run: string, part: number) => string) {
  return {
    add: (run: string, windowMs: number, deeds: readonly UserDeed[]): Promise<DeedFate[]> =>
      calls.run(async client => {
        const parts = [...new Set(deeds.map(({ part }) => part))]
        const args = deeds.flatMap(deed => [
          parts.indexOf(deed.part) + 1,
          deed.user,
          deed.variant ?? '',
          deed.at,
          deed.values,
          deed.sum,
          deed.admits ? '1' : '0',
          deed.stratum,
        ])
        const keys = parts.map(part => keyOf(run, part))
        return (await runScript(client, add, keys, [windowMs, keepMs, ...args])) as DeedFate[]
      }),
    of: (run: string, part: number): Promise<UserRow[]> =>
      calls.run(async client => (await client.hvals(keyOf(run, part))).map(rowOf)),
    drop: (run: string, parts: number): Promise<void> =>
      calls.run(async client => {
        const keys = Array.from({ length: parts }, (_, part) => keyOf(run, part))
        await client.unlink(...keys)
      }),
  }
}

function rowOf(text: string): UserRow {
  const [variant, firstAt, values, sum, crossed, ...stratum] = text.split('|')
  return {
    variant: variant === 'v2' ? 'v2' : 'v1',
    firstAt: Number(firstAt),
    values: Number(values),
    sum: Number(sum),
    crossed: crossed === '1',
    stratum: stratum.join('|'),
  }
}
