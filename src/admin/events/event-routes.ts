import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../clock.ts'
import { AdminError } from '../refusal.ts'
import { type AdminAccess, isLetIn } from '../require-role.ts'
import type { ChangeLog } from './change-log.ts'
import { createEventReader, type EventReader, type StreamEnd } from './event-reader.ts'

/** Who reads the changes, and what is told of them. */
export interface EventsView {
  readonly changes: ChangeLog
  readonly clock: Clock
  /** Hears how many read, whenever that changes. */
  readonly onReaders: (count: number) => void
  readonly onEnded: (why: StreamEnd, address: string) => void
}

/** Streams at the same time; more are refused. */
export const maxReaders = 32

/** Milliseconds between two signs of life, and between two looks at whether a reader still may. */
export const beatMs = 15_000

/** The changes as they happen. A stream ends when who reads it would not be let in any more. */
export function addEventRoutes(
  app: FastifyInstance,
  { changes, clock, onReaders, onEnded }: EventsView,
  access: AdminAccess,
) {
  const readers = new Map<EventReader, FastifyRequest>()

  app.get(
    '/events',
    // Whoever asks for the head alone would wait for its end.
    { exposeHeadRoute: false },
    (request, reply) => {
      if (readers.size >= maxReaders) {
        throw new AdminError(
          'streams-full',
          `Cannot stream: there must be fewer than ${maxReaders} streams, received one more`,
          { 'retry-after': String(beatMs / 1000) },
        )
      }
      const lastId = request.headers['last-event-id']
      reply.hijack()
      const reader = createEventReader({
        raw: reply.raw,
        changes,
        lastId: Array.isArray(lastId) ? lastId[0] : lastId,
        onEnd(why) {
          readers.delete(reader)
          onReaders(readers.size)
          onEnded(why, request.ip)
        },
      })
      readers.set(reader, request)
      onReaders(readers.size)
    },
  )

  /** All at once: one whose keys are being fetched must not prolong another's stream. */
  function judgeAgain(): void {
    for (const [reader, request] of readers) {
      void isLetIn(request, access).then(may => {
        if (!may) reader.end('refused')
      })
    }
  }

  const stop = clock.every(beatMs, () => {
    for (const reader of [...readers.keys()]) reader.beat()
    judgeAgain()
  })
  app.addHook('preClose', async () => {
    stop()
    for (const reader of [...readers.keys()]) reader.end('closing')
  })

  return { judgeAgain }
}
