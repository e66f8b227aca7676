import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../clock.ts'
import { examplePath } from './example.ts'
import type { SampleVersion } from './offers.ts'
import { createSampleFault, type FaultKind, type SampleFault, slowerMs } from './sample-fault.ts'

/** Response header in which a sample service says which version it is. */
export const versionHeader = 'x-match-version'

export type MatchFor = (user: string, skills: readonly string[]) => object

export interface SampleServiceOptions {
  readonly version: SampleVersion
  /** The body for a user and, of a POST, what was wished. */
  readonly match: MatchFor
  /** Address that it listens on; 127.0.0.1 by default. */
  readonly host?: string
  /** TCP port; 0 takes any free one. */
  readonly port: number
  /** Quickest answer in milliseconds. */
  readonly latencyMs: number
  /** Milliseconds that the slowest answer takes on top; most take little of it. */
  readonly spreadMs: number
  readonly random: () => number
  readonly clock: Clock
}

export interface SampleService {
  readonly port: number
  /** Fails for good from now on. */
  fail(kind: FaultKind): void
  readonly fault: Pick<SampleFault, 'firstAt' | 'requestsSince' | 'countAnew'>
  close(): Promise<void>
}

/** How fast the two are where nothing is wrong with either: V2 is what one would move to. */
export const samplePace = {
  v1: { latencyMs: 9, spreadMs: 12 },
  v2: { latencyMs: 5, spreadMs: 8 },
} as const satisfies Record<SampleVersion, Pick<SampleServiceOptions, 'latencyMs' | 'spreadMs'>>

/** Bytes of a request body; more is answered 413. */
const maxBodyBytes = 65_536

/** A job-matching service to stand behind the gateway: `GET` and `POST /api/match`. */
export async function startSampleService(options: SampleServiceOptions): Promise<SampleService> {
  const { version, match, latencyMs, spreadMs, random, clock } = options
  const fault = createSampleFault(clock)

  const server = createServer((request, response) => {
    fault.requested()
    answer(request).then(
      ({ status, body }) => {
        const delay = latencyMs + spreadMs * random() ** 4
        setTimeout(() => answerIsDue(response, status, body), delay)
      },
      // The client left before its request was whole.
      () => response.destroy(),
    )
  })

  async function answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sample')
    if (pathname !== examplePath) return { status: 404, body: { error: 'not found' } }
    if (request.method === 'POST') {
      const text = await readBody(request)
      if (text === null) return { status: 413, body: { error: 'the body is too large' } }
      const wish = parseWish(text)
      if (wish === null) return { status: 400, body: { error: 'send {"user": …, "skills": […]}' } }
      return { status: 200, body: match(wish.user, wish.skills) }
    }
    const user = searchParams.get('user')
    if (user === null) return { status: 400, body: { error: 'add ?user=…' } }
    return { status: 200, body: match(user, []) }
  }

  function answerIsDue(response: ServerResponse, status: number, body: object): void {
    const kind = fault.kind()
    if (kind === null) {
      send(response, status, body)
      return
    }
    fault.failed()
    if (kind === 'errors') send(response, 500, { error: 'V2 fails on purpose' })
    else if (kind === 'latency') setTimeout(() => send(response, status, body), slowerMs)
  }

  function send(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json', [versionHeader]: version })
    response.end(`${JSON.stringify(body)}\n`)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host ?? '127.0.0.1', resolve)
  })

  function close(): Promise<void> {
    return new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }

  return {
    port: (server.address() as AddressInfo).port,
    fail(kind) {
      fault.begin(kind)
      if (kind !== 'crash') return
      fault.failed()
      void close()
    },
    fault,
    close,
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parseWish(text: string): { user: string; skills: string[] } | null {
  try {
    const { user, skills = [] } = JSON.parse(text)
    return typeof user === 'string' && Array.isArray(skills)
      ? { user, skills: skills.map(String) }
      : null
  } catch {
    return null
  }
}
