import { after, type Clock } from '../../clock.ts'
import type { Variant } from '../../cohort/assignment.ts'
import type { Tunnel } from './open-tunnel.ts'

export interface CloseAllOptions {
  /** Only the tunnels to the V2 of this flag; absent: all. */
  readonly v2Of?: string
  /** Milliseconds over which the closes are spread at random, so that clients do not return at once. */
  readonly jitterMs: number
  /** Milliseconds after which the tunnels that are left are cut, the jitter included. */
  readonly limitMs: number
}

/** The tunnels of this process. */
export interface Tunnels {
  /** Keeps the tunnel until it is closed. `flag` is its route's, if it has one. */
  add(variant: Variant, flag: string | undefined, tunnel: Tunnel): void
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
  const open: Record<Variant, Map<Tunnel, string | undefined>> = { v1: new Map(), v2: new Map() }

  function leavingNow(v2Of: string | undefined): Tunnel[] {
    if (v2Of === undefined) return [...open.v1.keys(), ...open.v2.keys()]
    return [...open.v2].filter(([, flag]) => flag === v2Of).map(([tunnel]) => tunnel)
  }

  return {
    add(variant, flag, tunnel) {
      open[variant].set(tunnel, flag)
      tunnel.closed.then(() => open[variant].delete(tunnel))
    },
    count: variant => open[variant].size,
    async closeAll(code, reason, { v2Of, jitterMs, limitMs }) {
      const leaving = leavingNow(v2Of)
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
