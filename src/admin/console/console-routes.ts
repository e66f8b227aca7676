import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AdminError } from '../refusal.ts'
import { type ConsoleFile, readConsole } from './console-files.ts'

/** What stands at `/`. */
const firstPage = 'overview'

/** The console for browsers: its pages, their modules and styles. What is not in its table is no page. */
export function addConsoleRoutes(app: FastifyInstance): void {
  /** Read when a browser first asks; most gateways are asked by machines alone. */
  let files: Promise<ReadonlyMap<string, ConsoleFile>> | null = null

  async function answer(path: string, request: FastifyRequest, reply: FastifyReply) {
    files ??= readConsole()
    const file = (await files).get(path)
    if (file === undefined) {
      throw new AdminError(
        'no-such-page',
        `Cannot GET ${request.url}: the console has no such page or file`,
      )
    }
    const { type, etag, body } = file
    // Asked about each time: a page and its modules are of one version, and answers are 304.
    reply.header('etag', etag).header('cache-control', 'no-cache')
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.type(type).send(body)
  }

  app.get('/', (request, reply) => answer(firstPage, request, reply))
  app.get<{ Params: { '*': string } }>('/console/*', (request, reply) =>
    answer(request.params['*'], request, reply),
  )
}
