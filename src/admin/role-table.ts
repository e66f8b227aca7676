import type { AdminRole } from '../config/schema-admin.ts'

/** Least role that a page asks for; `anyone` needs none, nor a token. */
export type LeastRole = AdminRole | 'anyone'

/**
 * Every page of the admin listener and who may ask for it. A page that is not listed cannot be
 * served: adding one to the listener throws.
 */
const leastRoles: Readonly<Record<string, LeastRole>> = {
  'GET /health': 'anyone',
  'GET /ready': 'anyone',
  'POST /login': 'anyone',
  'GET /login/*': 'anyone',
  'GET /login/oidc': 'anyone',
  'GET /login/callback': 'anyone',
  'POST /logout': 'viewer',
  'GET /session': 'viewer',
  'GET /': 'viewer',
  'GET /console/*': 'viewer',
  'GET /plain': 'viewer',
  'GET /status': 'viewer',
  'GET /metrics': 'viewer',
  'GET /config': 'viewer',
  'GET /flags': 'viewer',
  'GET /openapi.json': 'viewer',
  'GET /latches': 'viewer',
  'GET /verdicts': 'viewer',
  'GET /series': 'viewer',
  'GET /security': 'viewer',
  'GET /gates': 'viewer',
  'GET /gates/:flag': 'viewer',
  'GET /rollouts': 'viewer',
  'GET /rollouts/:flag': 'viewer',
  'GET /experiments': 'viewer',
  'GET /experiments/:name': 'viewer',
  'GET /differences': 'viewer',
  'GET /differences/:route': 'viewer',
  'GET /revocations': 'viewer',
  'GET /events': 'viewer',
  'GET /v1-residual': 'viewer',
  'GET /audit': 'viewer',
  'GET /audit/verify': 'viewer',
  'POST /explain': 'viewer',
  'POST /simulate': 'viewer',
  // It names callers.
  'GET /decisions': 'operator',
  'POST /latches/:flag/rollback': 'operator',
  'POST /latches/:flag/resume': 'operator',
  'POST /latches/:flag/drill': 'operator',
  'POST /latches/:flag/drill/end': 'operator',
  'POST /differences/:route/acknowledge': 'operator',
  'POST /differences/:route/count-again': 'operator',
  'POST /differences/:route/forget': 'operator',
  'POST /revocations': 'operator',
  'POST /rollouts/:flag/pause': 'operator',
  'POST /rollouts/:flag/continue': 'operator',
  'POST /rollouts/:flag/promote': 'approver',
  'POST /signals': 'operator',
  'POST /experiments/:name/values': 'operator',
  'POST /experiments/:name/restart': 'operator',
}

/** Each may do what those before it may. */
const roles: readonly AdminRole[] = ['viewer', 'operator', 'approver']

/** The role that a page asks for, by its pattern; null for what is no page. HEAD is GET without its body. */
export function leastRoleFor(method: string, pattern: string | undefined): LeastRole | null {
  const page = `${method === 'HEAD' ? 'GET' : method} ${pattern}`
  return Object.hasOwn(leastRoles, page) ? (leastRoles[page] ?? null) : null
}

export function mayDo(role: AdminRole, least: AdminRole): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}
