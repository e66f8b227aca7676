import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../../clock.ts'
import { AdminError } from '../refusal.ts'
import { type AdminAccess, type Callers, isLetIn } from '../require-role.ts'
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

/** Streams at the same time, and of one name that was proven: nobody takes the room of all others. */
export const maxReaders = 32
export const maxReadersOfOne = 8

/** Milliseconds between two signs of life, and between two looks at whether a reader still may. */
export const beatMs = 15_000

/** The changes as they happen. A stream ends when who reads it would not be let in any more. */
export function addEventRoutes(
  app: FastifyInstance,
  { changes, clock, onReaders, onEnded }: EventsView,
  access: AdminAccess,
  callers: Callers,
) {
  const readers = new Map<EventReader, FastifyRequest>()

  /** The bound that one more stream would be beyond; null for none. */
  function fullFor(name: string | null): string | null {
    if (readers.size >= maxReaders) return `${maxReaders} streams`
    const own = [...readers.values()].filter(each => callers.get(each)?.name === name)
    return name !== null && own.length >= maxReadersOfOne
      ? `${maxReadersOfOne} streams of ${name}`
      : null
  }

  app.get(
    '/events',
    // Whoever asks for the head alone would wait for its end.
    { exposeHeadRoute: false },
    (request, reply) => {
      const full = fullFor(callers.get(request)?.name ?? null)
      if (full !== null) {
        throw new AdminError(
          'streams-full',
          `Cannot stream: there must be at most ${full}, received one more`,
          { 'retry-after': String(beatMs / 1000) },
        )
      }
      const lastId = request.headers['last-event-id']
      reply.hijack()
      const reader = createEventReader({
        raw: reply.raw,
        headers: reply.getHeaders(),
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
