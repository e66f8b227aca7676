import type { Clock } from '../clock.ts'
import type { Claims } from '../identity/claims.ts'
import type { Revocation } from '../identity/revocation.ts'
import { createRevocations } from '../identity/revocations.ts'
import type { LongLived, LongLivedAnswers } from '../upstream/forward-plan.ts'
import type { Tunnel } from '../upstream/tunnel/open-tunnel.ts'

export interface RevokingDeps {
  readonly clock: Clock
  /** As they are known at the start: they hold from the first request on. */
  readonly revocations: readonly Revocation[]
}

/** What is revoked in this data plane: for the door that asks, and for what is open already. */
export function createRevoking({ clock, revocations }: RevokingDeps) {
  const known = createRevocations(clock)
  known.take(revocations)
  /** With whose tokens they were opened. */
  const open = new Map<Tunnel, Claims>()
  const streams = new Map<LongLived, Claims>()

  function end(tunnel: Tunnel): void {
    // Policy violation (RFC 6455 section 7.4.1).
    tunnel.close(1008, 'the token was revoked')
  }

  return {
    isRevoked: known.isRevoked,
    /** In force when it returns. */
    take(news: readonly Revocation[]): void {
      known.take(news)
      for (const [tunnel, claims] of open) if (known.isRevoked(claims)) end(tunnel)
      for (const [stream, claims] of streams) if (known.isRevoked(claims)) stream.breakOff()
    },
    /** Where event streams that were opened with a token are kept while they last. */
    streamsOf: (claims: Claims): LongLivedAnswers => ({
      add(stream) {
        streams.set(stream, claims)
        // While the upstream took its time; its head is being written.
        if (known.isRevoked(claims))
          queueMicrotask(() => {
            if (streams.has(stream)) stream.breakOff()
          })
      },
      delete: stream => void streams.delete(stream),
    }),
    /** A tunnel stands; null for one that anybody may have. */
    opened(claims: Claims | null, tunnel: Tunnel): void {
      if (claims === null) return
      open.set(tunnel, claims)
      tunnel.closed.then(() => open.delete(tunnel))
      // While the upstream took its time.
      if (known.isRevoked(claims)) end(tunnel)
    },
    close: known.close,
  }
}

export type Revoking = ReturnType<typeof createRevoking>
