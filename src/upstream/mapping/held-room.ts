/** Where bytes are counted of which there are only so many. */
export interface Room {
  /** False, with nothing taken, where so many are not left. */
  take(bytes: number): boolean
  give(bytes: number): void
}

/** What one exchange takes of a room, to be given back at once. Without a room there is no limit. */
export class HeldRoom {
  #held = 0
  readonly #room: Room | null

  constructor(room: Room | null) {
    this.#room = room
  }

  take(bytes: number): boolean {
    if (this.#room === null) return true
    if (!this.#room.take(bytes)) return false
    this.#held += bytes
    return true
  }

  giveBack(): void {
    this.#room?.give(this.#held)
    this.#held = 0
  }
}
