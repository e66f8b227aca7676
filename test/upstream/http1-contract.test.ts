import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import { contract } from './contract.ts'

contract({
  create: createHttp1Client,
  accepts: [],
  resets: [],
  refusesFramingTrailers: false,
  passes100: true,
  resetEndsUnframed: false,
  poisonedBy: [],
  ownsIdleTime: true,
  keepsAfterHead: true,
  keepsAfterGetWithBody: true,
})
