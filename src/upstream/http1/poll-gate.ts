/**
 * Holds what came in back until the event loop has polled its sockets once more. `turn` is called in the
 * check phase, right after a poll: what arrived before that poll moves on, what arrived during it waits for
 * the next.
 */
export class PollGate<Item> {
  /** Held long enough; the oldest first. */
  readonly ready: Item[] = []
  #arrived: Item[] = []
  #polling: Item[] = []

  get size(): number {
    return this.ready.length + this.#polling.length + this.#arrived.length
  }

  add(item: Item): void {
    this.#arrived.push(item)
  }

  turn(): void {
    const polled = this.#polling
    for (const item of polled) this.ready.push(item)
    polled.length = 0
    this.#polling = this.#arrived
    this.#arrived = polled
  }

  /** Takes an item out wherever it is. */
  remove(item: Item): void {
    for (const stage of [this.ready, this.#polling, this.#arrived]) {
      const index = stage.indexOf(item)
      if (index !== -1) stage.splice(index, 1)
    }
  }

  all(): Item[] {
    return [...this.ready, ...this.#polling, ...this.#arrived]
  }
}
