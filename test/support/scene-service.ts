import type { IncomingMessage, ServerResponse } from 'node:http'

export interface SceneService {
  /** Milliseconds that an answer takes; at once where it is left out. */
  readonly delayMs?: () => number
  /** More of the answer to a search, as its members. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** One version of the services of a scene: V2 charges more in a search and names the currency. */
export function sceneService({
  version,
  delayMs,
  more = {},
}: SceneService & { version: 'v1' | 'v2' }) {
  const found =
    version === 'v1'
      ? { offer: 'lamp', price: 49.9, ...more }
      : { offer: 'lamp', price: 50.4, currency: 'EUR', ...more }
  return (request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    const isSearch = request.url?.startsWith('/api/search') === true
    const body = JSON.stringify(isSearch ? found : { ok: true })
    const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    if (delayMs === undefined) answer()
    else setTimeout(answer, delayMs())
  }
}
