import { type FlagSet, parseFlagSet } from './flag-set.ts'

/** Version of Unleash's client specification that the evaluation speaks: segments come apart from flags. */
const clientSpecification = '5.2.0'

export interface FlagRequestOptions {
  /** Base address of the Unleash API, such as `https://unleash.example.com/api`. */
  readonly url: string
  readonly token: string
  readonly appName: string
  readonly instanceId: string
  readonly refreshIntervalMs: number
  readonly timeoutMs: number
}

/** Asks Unleash for the flags once; null when they have not changed since the last answer. */
export type FlagRequest = (signal: AbortSignal) => Promise<FlagSet | null>

/** `GET <url>/client/features`, conditional on the ETag of the last good answer (RFC 9110 13.1.2). */
export function createFlagRequest(options: FlagRequestOptions): FlagRequest {
  const url = `${options.url.replace(/\/+$/, '')}/client/features`
  const headers = {
    accept: 'application/json',
    authorization: options.token,
    'user-agent': options.appName,
    'unleash-appname': options.appName,
    'unleash-instanceid': options.instanceId,
    'unleash-client-spec': clientSpecification,
    'unleash-interval': String(options.refreshIntervalMs),
  }
  let etag: string | null = null

  return async signal => {
    const response = await fetch(url, {
      headers: etag === null ? headers : { ...headers, 'if-none-match': etag },
      signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
    })
    if (response.status === 304 && etag !== null) return null
    const text = await response.text()
    if (response.status !== 200) {
      throw new Error(
        `Cannot fetch flags from ${url}: status must be 200, received ${response.status}.`,
      )
    }
    const set = parseFlagSet(text)
    etag = response.headers.get('etag')
    return set
  }
}
