import type { Counter } from 'prom-client'
import type { AssignmentReason, Variant } from '../cohort/assignment.ts'

type Pending = Partial<Record<AssignmentReason, number>>

/** Counts decisions in plain numbers, which the registry's counter takes over when it is read. */
export function createAssignmentTally() {
  const routes = new Map<string, Record<Variant, Pending>>()

  return {
    takeOver(counter: Counter<'route' | 'variant' | 'reason'>): void {
      for (const [route, variants] of routes) {
        for (const [variant, reasons] of Object.entries(variants)) {
          for (const [reason, count] of Object.entries(reasons)) {
            counter.inc({ route, variant, reason }, count)
            reasons[reason as AssignmentReason] = 0
          }
        }
      }
    },
    forRoute(route: string) {
      const pending = routes.get(route) ?? { v1: {}, v2: {} }
      routes.set(route, pending)
      return (variant: Variant, reason: AssignmentReason): void => {
        const reasons = pending[variant]
        reasons[reason] = (reasons[reason] ?? 0) + 1
      }
    },
  }
}

export type AssignmentTally = ReturnType<typeof createAssignmentTally>
