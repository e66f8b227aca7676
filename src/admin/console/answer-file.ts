import type { FastifyReply, FastifyRequest } from 'fastify'
import { AdminError } from '../refusal.ts'
import type { ConsoleFile } from './console-files.ts'

/** Answers with a file of the console; null for what is none. */
export function answerFile(
  file: ConsoleFile | null,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (file === null) {
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
