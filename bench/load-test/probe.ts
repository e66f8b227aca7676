import type { ConnectionOptions } from './connection.ts'
import { openConnection } from './connection.ts'
import { type Target, titles } from './target.ts'

/** What is wrong with a target's answer to the first request, and what to do; null for nothing. */
export async function probe(target: Target, options: ConnectionOptions): Promise<string | null> {
  const title = titles[target.name]
  const ending = await new Promise<number | string>(resolve => {
    const connection = openConnection(options, {
      answered(status) {
        connection.close()
        resolve(status)
      },
      lost: resolve,
    })
    connection.send()
  })
  if (typeof ending === 'string') {
    return `Cannot load ${title}: ${target.url} must answer, received ${ending}. Start it, or name another with --${target.name}.`
  }
  if (ending >= 200 && ending < 300) return null
  const method = options.requests[0]?.method
  return `Cannot load ${title}: ${method} ${target.url} must be answered with 2xx, received ${ending}. Name another --path, --method, --header or --body.`
}
