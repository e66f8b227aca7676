import type { RedisCalls } from './redis-calls.ts'
import { runScript, script } from './redis-script.ts'

/**
 * By Redis's own clock: machines need not agree on the time for a notice to end. The set of holders ends
 * with the last of its notices, of a subject that nobody looks at any more too.
 */
const put = script(`
  redis.call('SADD', KEYS[1], ARGV[1])
  redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  end
`)

/** Holders whose notice is gone leave the set with the next look at it. */
const all = script(`
  local found = {}
  for _, holder in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local text = redis.call('GET', KEYS[1] .. ':' .. holder)
    if text then
      found[#found + 1] = holder
      found[#found + 1] = text
    else
      redis.call('SREM', KEYS[1], holder)
    end
  end
  return found
`)

/** What holders have to say on subjects: a set of holders for each subject, and a key for each of them. */
export function createRedisNotices(calls: RedisCalls, keyOf: (subject: string) => string) {
  return {
    put: (subject: string, holder: string, text: string, keepMs: number): Promise<void> =>
      calls.run(async client => {
        const key = keyOf(subject)
        await runScript(client, put, [key, `${key}:${holder}`], [holder, text, keepMs])
      }),
    of: (subject: string): Promise<ReadonlyMap<string, string>> =>
      calls.run(async client => {
        const flat = (await runScript(client, all, [keyOf(subject)], [])) as string[]
        const found = new Map<string, string>()
        for (let at = 0; at < flat.length; at += 2) {
          found.set(flat[at] as string, flat[at + 1] as string)
        }
        return found
      }),
  }
}
