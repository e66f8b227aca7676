import { systemClock } from '../../clock.ts'
import { createEnding } from '../demo/ending.ts'
import { matches, type SampleVersion } from '../demo/offers.ts'
import { createRandom } from '../demo/random.ts'
import { samplePace, startSampleService } from '../demo/sample-service.ts'
import { exitCodes } from '../exit-codes.ts'

export interface ServeSampleOptions {
  readonly version: SampleVersion
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** `switchback sample v1` and `v2`; the exit code, 0 or 1. */
export async function serveSample(options: ServeSampleOptions): Promise<number> {
  const { version, host, port, out, error } = options
  const name = `the sample ${version.toUpperCase()}`
  let service: Awaited<ReturnType<typeof startSampleService>>
  try {
    service = await startSampleService({
      ...samplePace[version],
      ...{ version, host, port, match: matches[version] },
      random: createRandom(19_700_101),
      clock: systemClock,
    })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    error(`Cannot start ${name}: port ${port} of ${host} must be free, received ${code} (--port)`)
    return exitCodes.refused
  }
  const { ended } = createEnding()
  out(`${name} serves ${host}, port ${service.port}`)
  await ended
  await service.close()
  return exitCodes.done
}
