import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { decodeSpans } from './otlp-decoding.ts'

/** A span as it arrived, ids in hexadecimal. */
export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  /** Empty for none. */
  readonly parentId: string
  readonly traceState: string
  readonly flags: number
  readonly kind: 'server' | 'client'
  readonly name: string
  /** Nanoseconds since the Unix epoch. */
  readonly from: bigint
  readonly to: bigint
  readonly attributes: Readonly<Record<string, string | number>>
  readonly failed: boolean
  readonly links: readonly Pick<CollectedSpan, 'traceId' | 'spanId' | 'traceState' | 'flags'>[]
  /** What made it. */
  readonly scope: string
  /** Attributes of who sent it. */
  readonly resource: Readonly<Record<string, string | number>>
}

export interface Collected {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly spans: readonly CollectedSpan[]
}

/** How a post is answered: by default it is taken. */
export type Answerer = (response: ServerResponse) => void

/** A collector of spans that takes OTLP over HTTP in protobuf; closed after the test. */
export async function startCollector(t: TestContext) {
  const posts: Collected[] = []
  const answers: Answerer[] = []
  let arrived = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece)
    const { url: path = '', headers } = request
    posts.push({ path, headers, spans: decodeSpans(Buffer.concat(pieces)) })
    const answer = path === '/v1/traces' ? (answers.shift() ?? taken) : taken
    answer(response)
    arrived.resolve()
    arrived = Promise.withResolvers()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    posts,
    /** Of the posts to come, in their order. */
    answers,
    spans: () => posts.flatMap(({ spans }) => spans),
    /** Resolves once there were so many posts. */
    async posted(count: number): Promise<void> {
      while (posts.length < count) await arrived.promise
    },
  }
}

export function taken(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
}
