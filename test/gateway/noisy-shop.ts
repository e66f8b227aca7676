import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { startUpstream } from '../support/http.ts'

/** A service whose answers are never the same twice: an id, a time and an order of their own in each. */
export async function startShop(t: TestContext, name: string) {
  let factor = 1
  const upstream = await startUpstream(t, name, (request, response) => {
    request.resume()
    sendJson(response, {
      answerId: randomUUID(),
      generatedAt: performance.timeOrigin + performance.now(),
      items: shuffled(stock).map(item => ({
        ...item,
        price: Math.round(item.price * factor * 100) / 100,
      })),
    })
  })
  return {
    ...upstream,
    /** What its prices are multiplied by from now on. */
    charge(by: number): void {
      factor = by
    },
  }
}

/** So many that chance gives no two answers one order. */
const stock = 'lamp desk chair shelf rug stool sofa bed mirror clock vase'
  .split(' ')
  .map((sku, at) => ({ sku, price: 49.9 + at * 17.25 }))

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map(value => ({ value, place: randomUUID() }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ value }) => value)
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
