import { mutateRequest } from './mutations.ts'
import { createRandom } from './random.ts'
import { goodRequest, type RequestKinds, textOf } from './request-parts.ts'

/** One conversation: what a client sends on one connection, and how it leaves. */
export interface FuzzCase {
  readonly seed: number
  /** Latin-1; each is a write of its own. */
  readonly pieces: readonly string[]
  /** `stay`: until the gateway closes; the others leave once all is sent, by FIN or by RST. */
  readonly leave: 'stay' | 'end' | 'reset'
}

/** The same seed makes the same conversation. */
export function makeCase(seed: number, kinds: RequestKinds): FuzzCase {
  const random = createRandom(seed)
  const count = 1 + random.below(4)
  const broken = random.chance(0.9) ? random.below(count) : count
  const requests = Array.from({ length: count }, (_, i) => {
    const good = goodRequest(random, `${seed}-${i}`, kinds)
    return i === broken || random.chance(0.1) ? mutateRequest(random, good) : textOf(good)
  })
  const last = `GET /r/last-${seed} HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n`
  const pieces = random.pieces(requests.join('') + last, 6)
  const leave = random.chance(0.8) ? 'stay' : random.pick(['end', 'reset'] as const)
  const kept = leave === 'stay' ? pieces.length : 1 + random.below(pieces.length)
  return { seed, pieces: pieces.slice(0, kept), leave }
}
