/** The last so many of what was put in, oldest first. */
export interface Ring<Item> {
  readonly size: number
  push(item: Item): void
  /** From now on at most so many; the oldest go. */
  resize(capacity: number): void
  /** In the order in which they were put in. */
  all(): readonly Item[]
}

export function createRing<Item>(): Ring<Item> {
  let room = 0
  let items: Item[] = []
  /** Where the next one goes: the oldest, once the ring is full. */
  let next = 0

  function all(): readonly Item[] {
    return items.length < room ? items : [...items.slice(next), ...items.slice(0, next)]
  }

  return {
    get size() {
      return items.length
    },
    push(item) {
      if (room === 0) return
      items[next] = item
      next = next + 1 === room ? 0 : next + 1
    },
    resize(capacity) {
      if (capacity === room) return
      const kept = capacity === 0 ? [] : all().slice(-capacity)
      room = capacity
      items = [...kept]
      next = items.length === room ? 0 : items.length
    },
    all,
  }
}
