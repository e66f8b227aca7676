import type { FastifyInstance } from 'fastify'
import type { AdminRole } from '../../config/schema-admin.ts'
import { refusalOfAsker } from '../asker-refusal.ts'
import { AdminError } from '../refusal.ts'
import { type AdminAccess, type Callers, flatHeaders } from '../require-role.ts'
import type { AdminCaller } from '../who-asks.ts'
import type { LoginWays, SessionDesk } from './session-desk.ts'

/** Who asks, for the console. */
export interface SessionAnswer {
  /** Null where nobody is asked who they are: a change then says `who` by itself. */
  readonly who: string | null
  readonly role: AdminRole | null
  /** What a change must carry as `x-switchback-csrf`; null where no session vouches for the request. */
  readonly csrf: string | null
  readonly mustProve: boolean
  readonly login: LoginWays
}

export interface LogoutAnswer {
  /** False where it was no session that vouched for the request. */
  readonly ended: boolean
}

export interface SessionRoutesDeps {
  readonly desk: SessionDesk
  readonly access: Pick<AdminAccess, 'onRefused'>
  readonly callers: Callers
  /** A session has ended: what it had open is over. */
  readonly onLeft: () => void
}

/** Characters of a token; more is refused before it is judged. */
const maxTokenLength = 8192

const loginSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['token'],
    properties: {
      token: {
        type: 'string',
        minLength: 1,
        maxLength: maxTokenLength,
        title: `a token of 1 to ${maxTokenLength} characters`,
      },
    },
  },
}

/** Login, logout, and who is logged in. */
export function addSessionRoutes(app: FastifyInstance, deps: SessionRoutesDeps): void {
  const { desk, access, callers, onLeft } = deps

  function answerFor(caller: AdminCaller | null): SessionAnswer {
    const ways = desk.ways()
    return {
      ...{ who: caller?.name ?? null, role: caller?.role ?? null, csrf: caller?.csrf ?? null },
      mustProve: ways !== null,
      login: ways ?? { token: false, oidc: false },
    }
  }

  app.get('/session', request => answerFor(callers.get(request) ?? null))

  app.post<{ Body: { readonly token: string } }>(
    '/login',
    { schema: loginSchema },
    async (request, reply) => {
      if (desk.ways() === null) {
        throw new AdminError(
          'nobody-is-asked',
          'Cannot log in: admin.tokens or admin.oidc must say who may ask, received neither; whoever reaches this address may do everything',
        )
      }
      const { ip, method, routeOptions } = request
      const { token } = request.body
      const found = await desk.logIn(token, flatHeaders(request), ip)
      if (!found.ok) {
        const { reason, name } = found
        const page = routeOptions.url ?? null
        access.onRefused({ ...{ reason, name, method, page }, address: ip })
        throw refusalOfAsker({ reason, name }, found, {
          least: 'viewer',
          proof: wanted,
          to: 'log in',
        })
      }
      reply.header('set-cookie', found.setCookie)
      return answerFor(found.caller)
    },
  )

  app.post('/logout', (request, reply): LogoutAnswer => {
    const ended = (callers.get(request)?.csrf ?? null) !== null
    if (ended) {
      desk.logOut(flatHeaders(request))
      reply.header('set-cookie', desk.cleared.session)
      onLeft()
    }
    return { ended }
  })
}

const wanted = 'token must be one of admin.tokens or admin.oidc'
