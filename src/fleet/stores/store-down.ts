/** The store could not be used: unreachable, too slow, full, closed. What is kept elsewhere goes on. */
export class StoreDown extends Error {
  override readonly name = 'StoreDown'
  readonly code = 'STORE_DOWN'

  constructor(why: string, cause?: unknown) {
    super(`Cannot use the store: ${why}`, { cause })
  }
}
