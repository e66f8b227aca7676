import { after, type Clock } from '../../clock.ts'
import type { Variant } from '../../cohort/assignment.ts'
import type { Tunnel } from './open-tunnel.ts'

export interface CloseAllOptions {
  /** Only the tunnels to this variant; absent: all. */
  readonly variant?: Variant
  /** Milliseconds over which the closes are spread at random, so that clients do not return at once. */
  readonly jitterMs: number
  /** Milliseconds after which the tunnels that are left are cut, the jitter included. */
  readonly limitMs: number
}

/** The tunnels of this process. */
export interface Tunnels {
  /** Keeps the tunnel until it is closed. */
  add(variant: Variant, tunnel: Tunnel): void
  count(variant: Variant): number
  /** Closes those that are here now, see `Tunnel.close`; resolves when all of them are gone. */
  closeAll(code: number, reason: string, options: CloseAllOptions): Promise<void>
}

export interface TunnelsDeps {
  readonly clock: Clock
  /** A number in [0, 1). */
  readonly random: () => number
}

export function createTunnels({ clock, random }: TunnelsDeps): Tunnels {
  const open: Record<Variant, Set<Tunnel>> = { v1: new Set(), v2: new Set() }

  return {
    add(variant, tunnel) {
      open[variant].add(tunnel)
      tunnel.closed.then(() => open[variant].delete(tunnel))
    },
    count: variant => open[variant].size,
    async closeAll(code, reason, { variant, jitterMs, limitMs }) {
      const leaving = variant === undefined ? [...open.v1, ...open.v2] : [...open[variant]]
      const waiting = leaving.map(tunnel =>
        jitterMs === 0
          ? tunnel.close(code, reason)
          : after(clock, random() * jitterMs, () => tunnel.close(code, reason)),
      )
      const cancelLimit = after(clock, limitMs, () => {
        for (const cancel of waiting) cancel?.()
        for (const tunnel of leaving) tunnel.destroy()
      })
      await Promise.all(leaving.map(tunnel => tunnel.closed))
      cancelLimit()
      for (const cancel of waiting) cancel?.()
    },
  }
}
