import type { FastifyInstance } from 'fastify'
import { answerFile } from './answer-file.ts'
import type { ConsoleShelf } from './console-shelf.ts'

/** What stands at `/`. */
const firstPage = 'overview'

/** The console for browsers: its pages, their modules and styles. What is not on its shelf is no page. */
export function addConsoleRoutes(app: FastifyInstance, shelf: ConsoleShelf): void {
  app.get('/', async (request, reply) => answerFile(await shelf.file(firstPage), request, reply))
  app.get<{ Params: { '*': string } }>('/console/*', async (request, reply) =>
    answerFile(await shelf.file(request.params['*']), request, reply),
  )
}
