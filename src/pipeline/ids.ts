/** Makes the ids of a process, and what else it leaves to chance. */
export interface Ids {
  /** Unique over processes and restarts, not secret: goes to upstreams, clients and logs. */
  request(): string
  /** 22 characters of base64url, 16 random bytes: nobody can guess another's. */
  session(): string
  /** 32 hexadecimal digits, all of them chance. */
  trace(): string
  /** 16 of them. */
  span(): string
  /** A number from 0 up to 1, in steps of 2⁻³². */
  chance(): number
}

const sessionBytes = 16
/** Sessions' worth of chance fetched at once: one call costs as much as twenty ids. */
const poolBytes = sessionBytes * 256
/** Likewise, for numbers. */
const poolNumbers = 1024
/** Likewise, for traces; an id keeps the text alive that it is cut from. */
const poolHexBytes = 512

export function createIds(randomBytes: (size: number) => Buffer): Ids {
  // A counter behind a random prefix: fresh chance for each request would cost as much as routing it.
  const prefix = randomBytes(12).toString('hex')
  let count = 0
  let pool = randomBytes(poolBytes)
  let used = 0
  let numbers = new Uint32Array(0)
  let next = 0
  let hex = ''
  let hexUsed = 0

  function hexOf(digits: number): string {
    if (hexUsed + digits > hex.length) {
      hex = randomBytes(poolHexBytes).toString('hex')
      hexUsed = 0
    }
    hexUsed += digits
    return hex.slice(hexUsed - digits, hexUsed)
  }

  return {
    request: () => prefix + (count++).toString(16).padStart(8, '0'),
    session() {
      if (used === poolBytes) {
        pool = randomBytes(poolBytes)
        used = 0
      }
      used += sessionBytes
      return pool.toString('base64url', used - sessionBytes, used)
    },
    trace: () => hexOf(32),
    span: () => hexOf(16),
    chance() {
      if (next === numbers.length) {
        numbers = new Uint32Array(new Uint8Array(randomBytes(4 * poolNumbers)).buffer)
        next = 0
      }
      return (numbers[next++] as number) / 2 ** 32
    },
  }
}
