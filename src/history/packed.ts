import { pairsOf, type Sums } from './sums.ts'

/**
 * Sums as bytes, for a history that is kept for days: requests, errors, fallbacks, then for each step
 * that was taken its distance from the one before and its requests, each in groups of seven bits, the
 * lowest first (LEB128). A hundred requests are some forty bytes, and no sums are more than 3 KiB. All
 * lie in one piece of memory: those of a hundred routes are seven hundred thousand, and a piece for each
 * would cost more than what is in it.
 */
export function packAll<Key>(all: ReadonlyMap<Key, Sums>): ReadonlyMap<Key, Uint8Array> {
  const bytes: number[] = []
  const ends = [...all].map(([key, sums]) => {
    writeSums(bytes, sums)
    return [key, bytes.length] as const
  })
  const piece = Uint8Array.from(bytes)
  let from = 0
  return new Map(
    ends.map(([key, end]) => {
      const own = piece.subarray(from, end)
      from = end
      return [key, own]
    }),
  )
}

function writeSums(bytes: number[], sums: Sums): void {
  for (const each of [sums.requests, sums.errors, sums.fallbacks]) write(bytes, each)
  const pairs = pairsOf(sums)
  let before = 0
  for (let at = 0; at < pairs.length; at += 2) {
    const step = pairs[at] as number
    write(bytes, step - before)
    write(bytes, pairs[at + 1] as number)
    before = step
  }
}

/** Adds what was packed, exactly. */
export function addPacked(into: Sums, bytes: Uint8Array): void {
  let at = 0

  /** Not with shifts: those know no more than 32 bits. */
  function next(): number {
    const first = bytes[at++] ?? 0
    if (first < 128) return first
    let value = first - 128
    let unit = 128
    while (at < bytes.length) {
      const byte = bytes[at++] as number
      value += (byte & 127) * unit
      if (byte < 128) break
      unit *= 128
    }
    return value
  }

  into.requests += next()
  into.errors += next()
  into.fallbacks += next()
  let step = 0
  while (at < bytes.length) {
    step += next()
    into.steps[step] = (into.steps[step] as number) + next()
  }
}

function write(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
}
