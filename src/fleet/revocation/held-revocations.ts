import type * as revocationRules from '../../identity/revocation.ts'
import type { Revocation } from '../../identity/revocation.ts'

/** What the control plane goes by, see identity/revocation.ts. */
export type RevocationRules = Pick<typeof revocationRules, 'revocationKey' | 'revocationKinds'>

/** One that is held, and its place among all: the last to come, or to be prolonged, has the highest. */
export interface NumberedRevocation {
  readonly number: number
  readonly revocation: Revocation
}

/** `full`: it has no room, and nothing that is held gave way to it. */
export type Held = 'news' | 'known' | 'full'

/** The revocations of this machine: each once, no more than there is room for, until they end. */
export function createHeldRevocations({ revocationKey, revocationKinds }: RevocationRules) {
  const held = new Map<string, NumberedRevocation>()
  let last = 0

  function prune(now: number): void {
    for (const [key, { revocation }] of held) {
      if (revocation.until * 1000 <= now) held.delete(key)
    }
  }

  return {
    /** Holds it where it tells something new. `now` is wall-clock milliseconds. */
    hold(revocation: Revocation, room: number, now: number): Held {
      const key = revocationKey(revocation)
      const before = held.get(key)
      if (before !== undefined && before.revocation.until >= revocation.until) return 'known'
      if (before === undefined && held.size >= room) {
        prune(now)
        if (held.size >= room) return 'full'
      }
      // Behind all others, whatever place it had.
      held.delete(key)
      held.set(key, { number: ++last, revocation })
      return 'news'
    },
    prune,
    size: (): number => held.size,
    /** By kind, all kinds among them. */
    counts(): ReadonlyMap<Revocation['kind'], number> {
      const counts = new Map(revocationKinds.map(kind => [kind, 0]))
      for (const { revocation } of held.values()) {
        counts.set(revocation.kind, (counts.get(revocation.kind) ?? 0) + 1)
      }
      return counts
    },
    all: (): readonly Revocation[] => [...held.values()].map(({ revocation }) => revocation),
    /** Those numbered above `after`, in that order. */
    page(after: number, limit: number): readonly NumberedRevocation[] {
      const found: NumberedRevocation[] = []
      for (const each of held.values()) {
        if (each.number <= after) continue
        if (found.length === limit) break
        found.push(each)
      }
      return found
    },
  }
}

export type HeldRevocations = ReturnType<typeof createHeldRevocations>
