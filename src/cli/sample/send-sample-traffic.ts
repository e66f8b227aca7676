import { systemClock } from '../../clock.ts'
import { createCallers } from '../demo/callers.ts'
import { createEnding } from '../demo/ending.ts'
import { createRandom } from '../demo/random.ts'
import { createTraffic } from '../demo/traffic.ts'
import { exitCodes } from '../exit-codes.ts'

export interface SampleTrafficOptions {
  /** Of the gateway. */
  readonly url: URL
  readonly perSecond: number
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

const users = 10_000

/** `switchback sample callers`; the exit code, which is 0 whatever the gateway answers. */
export async function sendSampleTraffic(options: SampleTrafficOptions): Promise<number> {
  const { url, perSecond, out, error } = options
  if (url.protocol !== 'http:') {
    error(`Cannot send traffic: --url must begin with http://, received ${url}`)
    return exitCodes.badUsage
  }
  const { ended } = createEnding()
  let requests = 0
  let failed = 0
  const traffic = createTraffic({
    // An IPv6 address stands in brackets in an address alone.
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: Number(url.port || 80),
    perSecond,
    callers: createCallers(users),
    clock: systemClock,
    random: createRandom(362_436_069),
    onAnswered(answer) {
      requests++
      if (answer.failed) failed++
    },
  })
  out(`${perSecond} requests per second to ${url.origin}, from ${users} users`)
  // Nothing else keeps a process alive that waits for the next request to be due.
  const alive = setInterval(() => {}, 60_000)
  traffic.start()
  await ended
  clearInterval(alive)
  await traffic.stop()
  out(`${requests} requests, ${failed} failed`)
  return exitCodes.done
}
