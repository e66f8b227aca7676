import { createHash } from 'node:crypto'
import type { RedisClient } from './redis-client.ts'

/** A Lua script: what it does is done as a whole, or not at all, and nothing comes in between. */
export interface RedisScript {
  readonly lua: string
  readonly sha: string
}

export function script(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** Runs it by its hash; its text is sent where the server does not have it, or has it no longer. */
export async function runScript(
  client: RedisClient,
  { lua, sha }: RedisScript,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await client.evalsha(sha, keys.length, ...keys, ...args)
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
    return client.eval(lua, keys.length, ...keys, ...args)
  }
}
