/** What clients do, and how many of a hundred do it. */
export const kinds = {
  /** A small GET, a small POST. */
  get: 40,
  post: 12,
  /** A megabyte up, a megabyte down. */
  upload: 4,
  download: 4,
  /** The service answers 500, which the client must get as it is. */
  failing: 4,
  /** The service breaks off its answer, and the client must notice. */
  cut: 4,
  /** The client leaves while it waits, or in the middle of its upload. */
  leave: 6,
  'leave-upload': 4,
  http2: 16,
  /** A WebSocket that echoes and is closed, or is dropped without a word. */
  websocket: 4,
  'websocket-dropped': 2,
} as const satisfies Record<string, number>

export type Kind = keyof typeof kinds

export const kindNames = Object.keys(kinds) as readonly Kind[]

/**
 * The order in which they come, again and again: each evenly spread, those of which there are few as well.
 */
export const order: readonly Kind[] = kindNames
  .flatMap((kind, row) =>
    Array.from({ length: kinds[kind] }, (_, i) => ({
      kind,
      // The rows differ a little, so that two kinds never fall on one place.
      at: (i + 0.5) / kinds[kind] + row / 10_000,
    })),
  )
  .sort((a, b) => a.at - b.at)
  .map(({ kind }) => kind)
