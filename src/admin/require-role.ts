import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AdminRole } from '../config/schema-admin.ts'
import { type RefusedAsker, refusalOfAsker } from './asker-refusal.ts'
import { leastRoleFor, mayDo } from './role-table.ts'
import { csrfFault, csrfHeader } from './session/csrf.ts'
import type { AdminCaller, Asked, WhoAsks } from './who-asks.ts'

/** A refusal as the operator hears of it; never with a token. */
export interface AdminRefused extends RefusedAsker {
  readonly address: string
  readonly method: string
  /** Pattern of the page; null for what is none. */
  readonly page: string | null
}

/** Who may ask the admin listener; asked anew at every request, so that a reload changes it. */
export interface AdminAccess {
  /** Null where nobody is asked who they are. */
  readonly whoAsks: () => WhoAsks | null
  readonly onRefused: (refused: AdminRefused) => void
}

/** The callers of the requests under way, where they are asked who they are. */
export type Callers = WeakMap<FastifyRequest, AdminCaller>

/**
 * Lets nobody in without the role that a page asks for, before a byte of a body is read. What is no
 * page is answered as such to those who may read. Throws for a page that the role table does not name.
 */
export function requireRole(app: FastifyInstance, { whoAsks, onRefused }: AdminAccess): Callers {
  const callers: Callers = new WeakMap()
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) {
      if (leastRoleFor(each, url) === null)
        throw new Error(`Cannot serve ${each} ${url}: it must have its least role in role-table.ts`)
    }
  })
  app.addHook('onRequest', async request => {
    const { method, ip, headers, routeOptions } = request
    const least = leastRoleFor(method, routeOptions.url) ?? 'viewer'
    const ask = whoAsks()
    if (least === 'anyone' || ask === null) return
    const asked = await ask(flatHeaders(request), ip)
    const refused = lackOf(asked, least) ?? unlikeOurs(asked, method, headers[csrfHeader])
    if (refused === null) {
      if (asked.ok) callers.set(request, asked.caller)
      return
    }
    onRefused({ ...refused, address: ip, method, page: routeOptions.url ?? null })
    throw refusalOfAsker(refused, asked, { least, proof: wanted, to: 'answer' })
  })
  return callers
}

/** Whether a request that was let in would be let in now; for answers that go on and on. */
export async function isLetIn(
  request: FastifyRequest,
  { whoAsks }: Pick<AdminAccess, 'whoAsks'>,
): Promise<boolean> {
  const { method, ip, routeOptions } = request
  const least = leastRoleFor(method, routeOptions.url) ?? 'viewer'
  const ask = whoAsks()
  return (
    least === 'anyone' ||
    ask === null ||
    lackOf(await ask(flatHeaders(request), ip), least) === null
  )
}

/** As they came, each line for itself: a second Authorization must be seen. */
export function flatHeaders({ raw }: FastifyRequest): readonly string[] {
  return raw.rawHeaders.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text))
}

function lackOf(asked: Asked, least: AdminRole): RefusedAsker | null {
  if (!asked.ok) return { reason: asked.reason, name: asked.name }
  const { name, role } = asked.caller
  return mayDo(role, least) ? null : { reason: 'role-missing', name }
}

/** Whether a change that a session vouches for lacks the sign that a page of ours sent it. */
function unlikeOurs(
  asked: Asked,
  method: string,
  sent: string | readonly string[] | undefined,
): RefusedAsker | null {
  if (!asked.ok || asked.caller.csrf === null) return null
  const reason = csrfFault(asked.caller.csrf, method, sent)
  return reason === null ? null : { reason, name: asked.caller.name }
}

const wanted = 'Authorization must be "Bearer" and a token of admin.tokens or admin.oidc'
