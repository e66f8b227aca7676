import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../clock.ts'
import { type AdminReply, type AdminTarget, askGateway } from '../admin-client.ts'
import { exitCodes } from '../exit-codes.ts'
import { ago } from '../moment.ts'
import { printable } from '../printable.ts'
import { statusLines } from '../status.ts'
import { createBlocks, createScreen, type Terminal } from './screen.ts'

export interface WatchOptions extends AdminTarget {
  /** One JSON object a line, and nothing is drawn. */
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
  /** Where to draw; null where there is no terminal. */
  readonly terminal: Terminal | null
  readonly clock: Pick<Clock, 'monotonic'>
  /** Milliseconds between an answer and the next question. */
  readonly everyMs: number
  /** Ends it. */
  readonly stop: AbortSignal
}

/**
 * `switchback status --watch`: the status again and again until it is stopped; the exit code, 0 then.
 * The first question must be answered. Later on a gateway may be away for a while, as it is in a restart:
 * its last words stay, marked as old. Whoever is refused by name is not to ask again.
 */
export async function watchStatus(options: WatchOptions): Promise<number> {
  const { json, out, error, terminal, clock, everyMs, stop, ...target } = options
  const ask = () => askGateway(target, '/status', undefined, stop)
  const first = await ask()
  if (stop.aborted) return exitCodes.done
  if (!first.ok) return refusedBy(first)

  const draws = terminal !== null && !json
  const screen = draws ? createScreen(terminal) : createBlocks(out, !json)
  let lines = statusLines(first.body, json)
  let heardAt = clock.monotonic()

  /** Looks until it is stopped, or refused for who asks. */
  async function look(): Promise<Refusal | null> {
    screen.show(lines)
    while (await isNext(everyMs, stop)) {
      const reply = await ask()
      if (stop.aborted) return null
      if (reply.ok) {
        lines = statusLines(reply.body, json)
        heardAt = clock.monotonic()
        screen.show(lines)
      } else if (reply.reason === 'denied') return reply
      else if (json) error(reply.message)
      else {
        const lost = `NO STATUS for ${ago(clock.monotonic() - heardAt)}: ${printable(reply.message)}`
        screen.show(draws ? [lost, '', 'Its last words:', '', ...lines] : [lost])
      }
    }
    return null
  }

  function refusedBy({ message, reason }: Refusal): number {
    error(message)
    return exitCodes[reason]
  }

  // What is told behind it must not stand on a page that is about to be left.
  const refusal = await look().finally(() => screen.close())
  return refusal === null ? exitCodes.done : refusedBy(refusal)
}

type Refusal = Extract<AdminReply, { ok: false }>

/** Waits; false once it was stopped. */
async function isNext(milliseconds: number, stop: AbortSignal): Promise<boolean> {
  await wait(milliseconds, undefined, { signal: stop }).catch(() => {})
  return !stop.aborted
}
