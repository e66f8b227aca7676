import type { OriginClient } from './client.ts'

/** A client to an origin, and the Host that requests to it carry. */
export interface PlainOrigin {
  readonly client: OriginClient
  /** Null: as the client asked for it. */
  readonly host: string | null
}

/** Origins asked in turn. Nothing is known of them, and nothing learned: what is sent here is not live traffic. */
export class PlainOrigins {
  readonly #origins: readonly PlainOrigin[]
  #turn = 0

  constructor(origins: readonly PlainOrigin[]) {
    this.#origins = origins
  }

  next(): PlainOrigin {
    this.#turn = (this.#turn + 1) % this.#origins.length
    return this.#origins[this.#turn] as PlainOrigin
  }
}
