import { createHash, type Hash, randomBytes } from 'node:crypto'

const block = randomBytes(1024 * 1024)
const pieceBytes = 64 * 1024

/** Bytes of a transfer as one end saw them. */
export interface Tally {
  readonly bytes: number
  readonly hash: string
}

/** Counts and hashes what passes one end; `bytes` can be read while it goes on. */
export interface Meter {
  bytes: number
  take(piece: Buffer): void
  tally(): Tally
}

export function createMeter(): Meter {
  const hash: Hash = createHash('sha256')
  return {
    bytes: 0,
    take(piece) {
      this.bytes += piece.length
      hash.update(piece)
    },
    tally() {
      return { bytes: this.bytes, hash: hash.digest('hex') }
    },
  }
}

/**
 * `total` bytes in pieces, metered as they are handed out. Each piece differs from its neighbours, so
 * that a lost, doubled or swapped one changes the hash; none is copied, so that 2 GB cost no memory.
 */
export function* pieces(total: number, meter: Meter): Generator<Buffer> {
  for (let sent = 0, i = 0; sent < total; i++) {
    const start = (i * 7919) % (block.length - pieceBytes)
    const piece = block.subarray(start, start + Math.min(pieceBytes, total - sent))
    meter.take(piece)
    sent += piece.length
    yield piece
  }
}
