import { createUndiciClient } from '../../src/upstream/undici.ts'
import { contract } from './contract.ts'

contract({
  create: createUndiciClient,
  accepts: [
    'HTTP/2.0',
    'status 600',
    'another transfer coding before chunked',
    'an unknown transfer coding',
    'chunked under HTTP/1.0',
    'a flood of interim answers',
    'a chunk-extension flood',
  ],
  resets: ['status 99', 'Content-Length and Transfer-Encoding'],
  refusesFramingTrailers: true,
  passes100: false,
  resetEndsUnframed: true,
  poisonedBy: [
    // Written in the check phase before that stall already.
    'an answer in the poll phase after the request',
    'a FIN in the poll phase after the request',
  ],
  ownsIdleTime: false,
  keepsAfterHead: false,
  keepsAfterGetWithBody: false,
})
