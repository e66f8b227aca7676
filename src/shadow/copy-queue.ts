/** Something that starts when it is its turn. */
export interface Queued {
  start(): void
}

/** Copies started in one turn of the event loop: few enough that no client waits for them. */
const maxPerTurn = 16

/**
 * Copies wait here until the event loop has served its sockets: the client's answer leaves first, and
 * copies are never in front of it.
 */
export function createCopyQueue() {
  let waiting: Queued[] = []

  function turn(): void {
    const starting = waiting
    waiting = starting.length > maxPerTurn ? starting.splice(maxPerTurn) : []
    if (waiting.length > 0) setImmediate(turn)
    for (const each of starting) each.start()
  }

  return {
    add(copy: Queued): void {
      if (waiting.push(copy) === 1) setImmediate(turn)
    },
  }
}

export type CopyQueue = ReturnType<typeof createCopyQueue>
