import { createMemoryLimiter } from '../../src/limits/memory-limiter.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { contract } from './limiter-contract.ts'

contract('memory', async () => {
  const clock = createManualClock()
  return {
    open: async () => createMemoryLimiter({ clock }),
    pass: async milliseconds => clock.advance(milliseconds),
  }
})
