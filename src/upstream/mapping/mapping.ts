import { createHash } from 'node:crypto'
import type { MappingConfig } from '../../config/schema-mapping.ts'
import type { UpstreamRequest } from '../client.ts'
import { headerValue } from '../response-headers.ts'
import type { BodyJob, MappingFailure } from './body-job.ts'
import { createEntityTags } from './entity-tags.ts'
import { createHeaderRewrite, withoutHeaders } from './header-rewrite.ts'
import { saysJson } from './json-text.ts'
import { renameQuery, restoreLocation, rewritePath } from './target-rewrite.ts'

/** What of a mapping was at work when it failed, as the configuration names it. */
export type MappedField = 'request.body' | 'response.body' | 'response.errorBody'

/** An expression of the mapping, and where it stands. */
export interface MappedBy {
  readonly field: MappedField
  readonly expression: string
}

/** A body that could not be mapped; nothing of it stands in here. */
export interface MappingEvent {
  readonly field: MappedField
  readonly reason: MappingFailure
  /** In words, such as what JSONata says; may be empty. */
  readonly detail: string
}

/** Target and headers of a request that opens a WebSocket. */
export interface Handshake {
  readonly target: string
  readonly headers: readonly string[]
}

export type Mapping = ReturnType<typeof createMapping>

/** Digests of a body that is no longer the one (RFC 9530, RFC 3230, RFC 1864), and how it was framed. */
const ofAnotherBody: ReadonlySet<string> = new Set([
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'content-encoding',
  'content-length',
  'transfer-encoding',
])
/** A range would be one of another body's bytes. */
const ofAnotherAnswer: ReadonlySet<string> = new Set([...ofAnotherBody, 'accept-ranges'])
const codings: ReadonlySet<string> = new Set(['accept-encoding'])
/** Asks for a part, which cannot be mapped, or for none where the date alone is the same. */
const notAsked: ReadonlySet<string> = new Set(['if-modified-since', 'if-range', 'range'])

/**
 * One upstream's mapping, made ready: what of a request and of an answer it changes, and how. `mostBytes`
 * is a lower limit of bodies than its own, which copies have; by all else it is the same mapping.
 */
export function createMapping(config: MappingConfig, mostBytes = config.maxBodyBytes) {
  const { paths, request, response, timeoutMs } = config
  const maxBodyBytes = Math.min(config.maxBodyBytes, mostBytes)
  const version = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 8)
  const tags = createEntityTags(version)
  const queryNames = new Map(Object.entries(config.query))
  const requestHeaders = createHeaderRewrite(request.headers)
  const responseHeaders = createHeaderRewrite(response.headers)
  const { body, errorBody } = response
  const mapsAnswers = body !== undefined || errorBody !== undefined

  function withTags(headers: readonly string[], method: string): string[] {
    const isSafe = method === 'GET' || method === 'HEAD'
    const kept: string[] = []
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at] as string
      let value: string | null = headers[at + 1] as string
      if (name === 'if-none-match' && isSafe) value = tags.ifNoneMatch(value)
      else if (name === 'if-none-match' || name === 'if-match') value = tags.ifMatch(value)
      if (value !== null) kept.push(name, value)
    }
    return kept
  }

  return {
    /** Another for another configuration. */
    version,
    maxBodyBytes,
    /** Whether a body over that limit is not over the mapping's own. */
    isCut: maxBodyBytes < config.maxBodyBytes,
    /** A WebSocket handshake: its path, query and headers; what it opens is nobody's to map. */
    handshake({ target, headers }: Handshake): Handshake {
      return { target: this.target(target), headers: requestHeaders(headers) }
    },
    target(target: string): string {
      const [path, query] = pathAndQuery(target)
      return rewritePath(path, paths) + renameQuery(query, queryNames)
    },
    /** The expression for a request's body; null where it stays as it is. */
    ofRequest(headers: readonly string[], bodyLength: number): MappedBy | null {
      if (request.body === undefined || bodyLength === 0) return null
      if (!saysJson(headerValue(headers, 'content-type'))) return null
      return { field: 'request.body', expression: request.body }
    },
    requestHeaders(headers: readonly string[], method: string, mapsBody: boolean): string[] {
      const rewritten = requestHeaders(headers)
      const own = mapsBody ? withoutHeaders(rewritten, ofAnotherBody) : rewritten
      if (!mapsAnswers) return [...own]
      const plain = withoutHeaders(own, codings).concat('accept-encoding', 'identity')
      return body === undefined ? plain : withTags(withoutHeaders(plain, notAsked), method)
    },
    /** The expression for an answer with that status; null where it stays as it is. */
    ofAnswer(status: number, headers: readonly string[]): MappedBy | null {
      const [field, expression] =
        status >= 400
          ? (['response.errorBody', errorBody] as const)
          : (['response.body', status < 300 ? body : undefined] as const)
      if (expression === undefined || !saysJson(headerValue(headers, 'content-type'))) return null
      return { field, expression }
    },
    /** `mapsBody`: the body is another one by now, or would be, were there any. */
    answerHeaders(
      headers: readonly string[],
      host: string,
      status: number,
      mapsBody: boolean,
    ): string[] {
      const kept = mapsBody ? withoutHeaders(headers, ofAnotherAnswer) : headers
      const isMarked = mapsBody || (status === 304 && body !== undefined)
      const restored: string[] = []
      for (let at = 0; at < kept.length; at += 2) {
        const name = kept[at] as string
        const value = kept[at + 1] as string
        const isPath = name === 'location' || name === 'content-location'
        if (isPath) restored.push(name, restoreLocation(value, host, paths))
        else restored.push(name, name === 'etag' && isMarked ? tags.mark(value) : value)
      }
      return [...responseHeaders(restored)]
    },
    job(
      { expression }: MappedBy,
      body: Uint8Array,
      headers: readonly string[],
      { method, target }: UpstreamRequest,
      status: number,
    ): BodyJob {
      const [path, query] = pathAndQuery(target)
      const coding = headerValue(headers, 'content-encoding')?.trim().toLowerCase() ?? ''
      const limits = { maxBytes: maxBodyBytes, timeoutMs }
      return { expression, body, coding, ...limits, method, path, query, status }
    },
  }
}

function pathAndQuery(target: string): [path: string, query: string] {
  const mark = target.indexOf('?')
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark)]
}
