import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AdminRole } from '../config/schema-admin.ts'
import { AdminError } from './refusal.ts'
import { leastRoleFor, mayDo } from './role-table.ts'
import type { AdminCaller, AdminFault, Asked, WhoAsks } from './who-asks.ts'

/** A refusal as the operator hears of it; never with a token. */
export interface AdminRefused {
  readonly reason: AdminFault
  readonly address: string
  readonly method: string
  /** Pattern of the page; null for what is none. */
  readonly page: string | null
  /** Who it was, where that is known. */
  readonly name: string | null
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
    const { method, ip, routeOptions } = request
    const least = leastRoleFor(method, routeOptions.url) ?? 'viewer'
    const ask = whoAsks()
    if (least === 'anyone' || ask === null) return
    const asked = await ask(flatHeaders(request), ip)
    const refused = lackOf(asked, least)
    if (refused === null) {
      if (asked.ok) callers.set(request, asked.caller)
      return
    }
    onRefused({ ...refused, address: ip, method, page: routeOptions.url ?? null })
    throw refusalOf(refused, asked, least)
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
function flatHeaders({ raw }: FastifyRequest): readonly string[] {
  return raw.rawHeaders.map((text, i) => (i % 2 === 0 ? text.toLowerCase() : text))
}

function lackOf(asked: Asked, least: AdminRole): Pick<AdminRefused, 'reason' | 'name'> | null {
  if (!asked.ok) return { reason: asked.reason, name: asked.name }
  const { name, role } = asked.caller
  return mayDo(role, least) ? null : { reason: 'role-missing', name }
}

const wanted = 'Authorization must be "Bearer" and a token of admin.tokens or admin.oidc'

/** Headers by RFC 6750 section 3: where no bearer token was sent, no error is named. */
function refusalOf(
  { reason, name }: Pick<AdminRefused, 'reason' | 'name'>,
  asked: Asked,
  least: AdminRole,
): AdminError {
  switch (reason) {
    case 'role-missing': {
      const received = asked.ok
        ? `${name}, who is ${asked.caller.role}`
        : `${name}, who is none of them`
      const message = `Cannot do this: it needs the role ${least}, received ${received}`
      return new AdminError('forbidden', message, challenge('insufficient_scope'))
    }
    case 'too-many-attempts': {
      const seconds = asked.ok ? 0 : Math.ceil(asked.retryAfterMs / 1000)
      const message = `Cannot look at this token: this address had too many refused, try again in ${seconds} s`
      return new AdminError('too-many-attempts', message, { 'retry-after': String(seconds) })
    }
    case 'keys-unavailable':
      return new AdminError(
        'identity-unavailable',
        'Cannot verify this token: the keys of admin.oidc must be there, received none so far; a token of admin.tokens needs none',
      )
    case 'token-missing':
    case 'scheme-refused':
      return new AdminError(
        'unauthenticated',
        `Cannot answer: ${wanted}, received none`,
        challenge(),
      )
    case 'token-repeated':
      return new AdminError('bad-request', 'Cannot read the request: Authorization must come once')
    default: {
      const message = `Cannot answer: ${wanted}, received one that is refused (${reason})`
      return new AdminError('unauthenticated', message, challenge('invalid_token'))
    }
  }
}

function challenge(error?: 'invalid_token' | 'insufficient_scope'): Record<string, string> {
  return { 'www-authenticate': error === undefined ? 'Bearer' : `Bearer error="${error}"` }
}
