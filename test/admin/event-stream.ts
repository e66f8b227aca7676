import { once } from 'node:events'
import { type IncomingMessage, request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import type { TestContext } from 'node:test'

export interface StreamEvent {
  readonly id: string
  readonly event: string
  readonly data: ReturnType<typeof JSON.parse>
}

export interface EventStream {
  readonly status: number
  readonly answer: IncomingMessage
  /** The next event; rejects where the stream ended before one came. */
  next(): Promise<StreamEvent>
  /** The next event of this kind; those before it are left out. */
  nextOf(event: string): Promise<StreamEvent>
  /** The next comment. */
  comment(): Promise<void>
  /** Resolves once the stream is over, and says whether it was ended as HTTP demands. */
  ended(): Promise<boolean>
  leave(): void
}

interface Options {
  readonly headers?: Record<string, string>
  /** Trusts this authority. */
  readonly ca?: string
}

/** Reads `/events` of an admin listener until the test ends. */
export async function readEvents(
  t: TestContext,
  adminUrl: string,
  { headers = {}, ca }: Options = {},
): Promise<EventStream> {
  const url = `${adminUrl}/events`
  const options = { headers, agent: false } as const
  const asking = ca === undefined ? requestPlain(url, options) : requestTls(url, { ...options, ca })
  asking.end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  t.after(() => asking.destroy())
  const over = new Promise<boolean>(resolve => answer.on('close', () => resolve(answer.complete)))
  // A stream that is cut is for the test to notice by itself.
  answer.on('error', () => {})
  let text = ''

  /** The next block, without the empty line behind it. */
  async function block(): Promise<string> {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const found = text.slice(0, end)
        text = text.slice(end + 2)
        return found
      }
      const chunk = answer.read()
      if (chunk !== null) {
        text += chunk.toString()
        continue
      }
      if (answer.readableEnded || answer.destroyed) throw new Error('the stream is over')
      await Promise.race([once(answer, 'readable'), over])
    }
  }

  async function next(): Promise<StreamEvent> {
    for (;;) {
      const fields = (await block()).split('\n').map(line => /^(\w*): ?(.*)$/.exec(line) ?? [])
      const of = (name: string) => fields.find(([, each]) => each === name)?.[2]
      const [id, event, data] = [of('id'), of('event'), of('data')]
      if (id !== undefined && event !== undefined && data !== undefined) {
        return { id, event, data: JSON.parse(data) }
      }
    }
  }

  return {
    status: answer.statusCode as number,
    answer,
    next,
    async nextOf(event) {
      for (;;) {
        const found = await next()
        if (found.event === event) return found
      }
    },
    async comment() {
      while ((await block()) !== ':') {
        // An event comes before it.
      }
    },
    ended() {
      answer.resume()
      return over
    },
    leave: () => void asking.destroy(),
  }
}
