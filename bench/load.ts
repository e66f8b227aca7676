/**
 * One burst of load in a process of its own:
 * `node bench/load.ts <url> <seconds> <connections> <file of callers>`. Writes one `LoadResult` as JSON
 * to stdout.
 */
import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'
import type { BenchCaller } from './callers.ts'

export interface LoadResult {
  /** Answers with a 2xx status. */
  readonly answered: number
  /** Answers with any other status. */
  readonly non2xx: number
  /** Those of them that were 429. */
  readonly limited: number
  /** Requests that never got an answer, save the one that each connection had open at the end. */
  readonly unanswered: number
  readonly errors: number
  readonly timeouts: number
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly p50: number
  /** Milliseconds. */
  readonly p99: number
}

const [url = '', seconds, connections, file = ''] = process.argv.slice(2)
const callers: BenchCaller[] = JSON.parse(readFileSync(file, 'utf8'))

const result = await autocannon({
  url,
  duration: Number(seconds),
  connections: Number(connections),
  // Built into bytes once by autocannon, so that rotating callers costs the load generator nothing.
  requests: callers.map(headers => ({ headers })),
})

const measured: LoadResult = {
  answered: result['2xx'],
  non2xx: result.non2xx,
  limited: result.statusCodeStats?.['429']?.count ?? 0,
  // autocannon calls it no error when a server closes the connection instead of answering.
  unanswered: Math.max(0, result.requests.sent - result.requests.total - Number(connections)),
  errors: result.errors,
  timeouts: result.timeouts,
  requestsPerSecond: result['2xx'] / result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
}
process.stdout.write(JSON.stringify(measured))
