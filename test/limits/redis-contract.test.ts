import { after } from 'node:test'
import { startRedis } from '../support/redis-server.ts'
import { contract } from './limiter-contract.ts'
import { ageBuckets, createLeapingClock, onRedis, openSteps, untilMode } from './redis-limits.ts'

const redis = await startRedis({ after })
let places = 0

contract('redis', async t => {
  const clock = createLeapingClock()
  const prefix = `place-${++places}`
  return {
    async open() {
      const opened = openSteps(t, { url: onRedis(redis.port), clock, prefix })
      await untilMode(opened, 'redis')
      return opened.steps
    },
    async pass(milliseconds) {
      clock.leap(milliseconds)
      await ageBuckets(redis.port, milliseconds)
    },
  }
})
