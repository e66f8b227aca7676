import { createUndiciClient } from '../../src/upstream/undici.ts'
import { contract } from './contract.ts'

contract({
  create: createUndiciClient,
  accepts: [],
  resets: [],
  passes100: false,
  resetEndsUnframed: true,
  poisonedBy: [],
  ownsIdleTime: false,
  keepsAfterHead: false,
  keepsAfterGetWithBody: false,
})
