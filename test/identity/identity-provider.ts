import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** What it does with a request for its keys. */
export type Publishes = object | string | ((response: ServerResponse) => void)

/** A real server that publishes keys, closed after the test. */
export async function startIdentityProvider(t: TestContext, first: Publishes) {
  let publishes = first
  let fetches = 0
  const server = createServer((_, response) => {
    fetches++
    if (typeof publishes === 'function') publishes(response)
    else response.end(typeof publishes === 'string' ? publishes : JSON.stringify(publishes))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  async function stop(): Promise<void> {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  t.after(stop)
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    fetches: () => fetches,
    publish(next: Publishes): void {
      publishes = next
    },
    /** From here on nothing listens at its address. */
    stop,
  }
}
