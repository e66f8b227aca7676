import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import { contract } from './contract.ts'

contract({
  create: createHttp1Client,
  accepts: [],
  resets: [],
  passes100: true,
  resetEndsUnframed: false,
  poisonedBy: [],
  ownsIdleTime: true,
  keepsAfterHead: true,
  keepsAfterGetWithBody: true,
})
