import type { SessionAnswer } from '../admin/session/session-routes.ts'
import type { AdminRole } from '../config/schema-admin.ts'

/** Who sits before the console. */
export type Session = SessionAnswer

const order: readonly AdminRole[] = ['viewer', 'operator', 'approver']

/** Whether a button is offered; the gateway judges again. */
export function may(session: Session | null, least: AdminRole): boolean {
  if (session === null) return false
  if (!session.mustProve) return true
  return session.role !== null && order.indexOf(session.role) >= order.indexOf(least)
}
