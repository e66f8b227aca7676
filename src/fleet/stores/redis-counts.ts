import type { Counts } from '../../guard/observation.ts'
import { bucketMs, graceMs, keptMs } from './count-buckets.ts'
import type { RedisCalls } from './redis-calls.ts'
import { runScript, script } from './redis-script.ts'

const clock = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

const add = script(`
  ${clock}
  local bucket = KEYS[1] .. ':' .. math.floor(now / ${bucketMs})
  for i = 1, #ARGV, 2 do redis.call('HINCRBYFLOAT', bucket, ARGV[i], ARGV[i + 1]) end
  redis.call('PEXPIRE', bucket, ${keptMs})
`)

/** The same arithmetic as count-buckets.ts, by the clock of Redis. */
const take = script(`
  ${clock}
  local last = math.floor((now - ${graceMs}) / ${bucketMs}) - 1
  local first = math.floor((now - ${keptMs}) / ${bucketMs})
  local ahead = ARGV[1] == '' and math.huge or ARGV[1] - last
  if ahead > ${keptMs / bucketMs} then
    first = last + 1
  else
    first = math.max(first, ARGV[1] + 1)
    last = math.max(last, ARGV[1])
  end
  local taken = {}
  for bucket = first, last do
    local counts = redis.call('HGETALL', KEYS[1] .. ':' .. bucket)
    if #counts > 0 then taken[#taken + 1] = counts end
  end
  return {last, taken}
`)

/**
 * The counts of the fleet, a hash `<key>:<bucket>` for each 250 ms. `add` and `take` called together
 * are written together and cost one round trip.
 */
export function createRedisCounts(calls: RedisCalls, key: string) {
  let taken = ''
  let taking = false

  return {
    add: (counts: Counts) =>
      calls.run(async client => {
        const pairs = Object.entries(counts).flat()
        if (pairs.length > 0) await runScript(client, add, [key], pairs)
      }),
    async take(): Promise<Counts[]> {
      // Two at a time would get the same; the one under way gets all there is.
      if (taking) return []
      taking = true
      try {
        return await calls.run(async (client, isOver) => {
          const answer = (await runScript(client, take, [key], [taken])) as [number, string[][]]
          // What nobody gets to see is there to be taken again.
          if (!isOver()) taken = String(answer[0])
          return answer[1].map(countsOf)
        })
      } finally {
        taking = false
      }
    },
  }
}

function countsOf(flat: readonly string[]): Counts {
  const counts: Record<string, number> = {}
  for (let i = 0; i + 1 < flat.length; i += 2) counts[flat[i] as string] = Number(flat[i + 1])
  return counts
}
