import { describe } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import type { MappingConfig } from '../../src/config/schema-mapping.ts'
import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import { createMappedClient } from '../../src/upstream/mapping/mapped-client.ts'
import { createMapping } from '../../src/upstream/mapping/mapping.ts'
import { createMappingThread } from '../../src/upstream/mapping/mapping-thread.ts'
import { contract } from './contract.ts'
import { mappingConfig, mappingProgram } from './mapping-parts.ts'

/** Mappings that leave the requests of the contract as they are, in ways that cost different paths. */
const mappings: Readonly<Record<string, MappingConfig>> = {
  nothing: mappingConfig({}),
  headers: mappingConfig({
    request: { headers: { remove: ['x-nobody-sends'], set: {}, rename: {} } },
    response: { headers: { remove: [], set: {}, rename: { 'x-nobody-answers': 'x-other' } } },
  }),
  'bodies, of JSON that is never sent': mappingConfig({
    request: { body: '$' },
    response: { body: '$', errorBody: '$' },
  }),
}

for (const [name, config] of Object.entries(mappings)) {
  describe(`a mapping of ${name}`, () => {
    contract({
      create: options =>
        createMappedClient({
          client: createHttp1Client(options),
          mapping: createMapping(config),
          mapper: createMappingThread({ program: mappingProgram, clock: systemClock }).mapperFor(
            name,
          ),
          onFailed: () => {},
          room: null,
        }),
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
  })
}
