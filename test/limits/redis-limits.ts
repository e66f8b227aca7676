import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import type { LimiterMode } from '../../src/limits/limiter.ts'
import { createSteps } from '../../src/limits/steps.ts'
import { openLimitRedis } from '../../src/pipeline/open-limiter.ts'
import { eventually } from '../fleet/eventually.ts'
import { redisCommand } from '../support/redis-command.ts'

/** For limiters that are not to lose their Redis on a machine that is busy with other things. */
const patientMs = 10_000

export interface OpenOptions {
  readonly url: string
  readonly id?: string
  readonly prefix?: string
  readonly timeoutMs?: number
  readonly clock?: Clock
  readonly workers?: number
}

/** A limiter as a worker has it, closed with the test. */
export function openSteps(t: TestContext, options: OpenOptions) {
  const { url, id = 'one', prefix = 'switchback', timeoutMs = patientMs } = options
  const modes: [mode: LimiterMode, why: string][] = []
  // The connection is given up later than an answer, as in a worker.
  const redis = openLimitRedis(url, Math.max(timeoutMs, 500))
  let [calls, greetings] = [0, 0]
  const steps = createSteps({
    redis: {
      ...redis,
      script(lua) {
        const run = redis.script(lua)
        return (keys, args) => {
          if (keys.some(key => key.includes('bucket:'))) calls++
          else greetings++
          return run(keys, args)
        }
      },
    },
    prefix,
    id,
    timeoutMs,
    clock: options.clock ?? systemClock,
    workers: options.workers ?? 1,
    onMode: (mode, why) => modes.push([mode, why]),
  })
  t.after(() => steps.close())
  return { steps, modes, calls: () => calls, greetings: () => greetings }
}

export const onRedis = (port: number): string => `redis://127.0.0.1:${port}`

export type OpenedSteps = ReturnType<typeof openSteps>

/** Resolves when it is in this mode; the test's time is the limit. */
export async function untilMode({ steps }: OpenedSteps, mode: LimiterMode): Promise<void> {
  await eventually(() => steps.mode === mode)
}

/** A clock that runs, and can be moved on. */
export function createLeapingClock(): Clock & { leap(milliseconds: number): void } {
  let ahead = 0
  return {
    ...systemClock,
    monotonic: () => systemClock.monotonic() + ahead,
    leap(milliseconds) {
      ahead += milliseconds
    },
  }
}

/** Makes every bucket as old as it would be after so many milliseconds more. */
const ageLua = `
  local all = redis.call('KEYS', '*:bucket:*')
  for i = 1, #all do
    local at, debt = string.match(redis.call('GET', all[i]), '^(%d+) (%d+)$')
    redis.call('SET', all[i], string.format('%.0f %s', at - ARGV[1] * 1000, debt), 'KEEPTTL')
  end
  return #all
`

export async function ageBuckets(port: number, milliseconds: number): Promise<void> {
  await redisCommand(port, ['EVAL', ageLua, '0', String(milliseconds)])
}
