/** Chance that can be had again: the same seed gives the same numbers (mulberry32). */
export function createRandom(seed: number) {
  let state = seed
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (share: number) => next() < share,
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
    /** Cuts a text into one to `most` pieces. */
    pieces(text: string, most: number): string[] {
      const cuts = Array.from({ length: below(most) }, () => below(text.length + 1))
      const edges = [0, ...cuts.sort((a, b) => a - b), text.length]
      return edges.slice(1).map((edge, i) => text.slice(edges[i], edge))
    },
  }
}

export type Random = ReturnType<typeof createRandom>

/** Bytes that parsers of HTTP have disagreed about, and others. */
const pieces = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  '\x0b',
  ':',
  ';',
  ',',
  '"',
  '%',
  '/',
  '..',
  '\\',
  '#',
  '?',
  '0',
  '1',
  '5',
  'f',
  '-',
  '+',
  '_',
  '\x7f',
  '\x80',
  '\xff',
  '\r\n\r\n',
  '\r\n ',
  'chunked',
  'identity',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding : chunked\r\n',
  'Connection: close\r\n',
  'Connection: upgrade\r\nUpgrade: websocket\r\n',
  'Expect: 100-continue\r\n',
  'HTTP/1.0',
  'HTTP/1.1',
  'Host: other\r\n',
  'HEAD ',
  'POST ',
  '0\r\n\r\n',
  '5\r\nhello\r\n',
]

/** Removes, doubles, replaces or puts in a piece somewhere. */
export function mutate(random: Random, text: string): string {
  const at = random.below(text.length + 1)
  const length = random.chance(0.7) ? 1 : random.below(12)
  const before = text.slice(0, at)
  const taken = text.slice(at, at + length)
  const after = text.slice(at + length)
  switch (random.below(4)) {
    case 0:
      return before + after
    case 1:
      return before + taken + taken + after
    case 2:
      return before + random.pick(pieces) + after
    default:
      return before + random.pick(pieces) + taken + after
  }
}
