/**
 * The sample V1 or V2 of the demo in a process of its own: `node sample-process.ts <v1|v2>`. Prints
 * `listening <port>`.
 */
import { matches, type SampleVersion } from '../../src/cli/demo/offers.ts'
import { createRandom } from '../../src/cli/demo/random.ts'
import { startSampleService } from '../../src/cli/demo/sample-service.ts'
import { systemClock } from '../../src/clock.ts'

const version = process.argv[2] as SampleVersion
/** As in the demo. */
const pace = { v1: { latencyMs: 9, spreadMs: 12 }, v2: { latencyMs: 5, spreadMs: 8 } }

const { port } = await startSampleService({
  ...{ version, ...pace[version], port: 0 },
  ...{ match: matches[version], random: createRandom(19_700_101), clock: systemClock },
})
console.log(`listening ${port}`)
// Its parent is gone.
process.on('disconnect', () => process.exit())
