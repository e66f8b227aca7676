import type { Compared, RouteReport, ShadowReport } from '../../shadow/report.ts'

/** Reports of routes that wait for a primary that does not read: several minutes of a few routes. */
export const mostHeld = 500

/**
 * Keeps what was compared while the primary does not read. What there is no room for is the oldest, and
 * its pairs are told as not compared.
 */
export function createHeldDifferences() {
  let held: RouteReport[] = []
  /** By route and basis. */
  let lost = new Map<string, RouteReport>()

  return {
    add(report: ShadowReport): void {
      held.push(...report)
      for (const each of held.splice(0, Math.max(0, held.length - mostHeld))) {
        const key = JSON.stringify([each.route, each.basis])
        lost.set(key, withLost(lost.get(key), each))
      }
    },
    /** All that is kept, none of it twice. */
    take(): ShadowReport {
      const taken = [...lost.values(), ...held]
      held = []
      lost = new Map()
      return taken
    },
  }
}

const nothing: Compared = { pairs: 0, notCompared: {}, places: [], signatures: [], latency: {} }

function withLost(before: RouteReport | undefined, { route, basis, ...lost }: RouteReport) {
  return {
    ...{ route, basis, samples: [] },
    shadow: notCompared(before?.shadow, lost.shadow),
    unrepeatable: notCompared(before?.unrepeatable, lost.unrepeatable),
    noise: notCompared(before?.noise, lost.noise),
  }
}

function notCompared(before: Compared = nothing, lost: Compared): Compared {
  const counts = { ...before.notCompared }
  const add = (reason: keyof typeof counts, pairs: number) => {
    if (pairs > 0) counts[reason] = (counts[reason] ?? 0) + pairs
  }
  for (const [reason, pairs] of Object.entries(lost.notCompared)) {
    add(reason as keyof typeof counts, pairs)
  }
  add('busy', lost.pairs)
  return { ...nothing, notCompared: counts }
}
