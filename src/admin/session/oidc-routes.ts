import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refusalOfAsker } from '../asker-refusal.ts'
import { AdminError } from '../refusal.ts'
import { type AdminAccess, flatHeaders } from '../require-role.ts'
import type { Asked } from '../who-asks.ts'
import { loggedInPage } from './login-page.ts'
import type { SessionDesk } from './session-desk.ts'

export interface OidcRoutesDeps {
  readonly desk: SessionDesk
  readonly access: Pick<AdminAccess, 'onRefused'>
}

const wayThere = {
  type: 'object',
  additionalProperties: false,
  properties: { again: { enum: ['true'], title: '"true"' } },
}

/** Login on the page of an identity provider: the way there, and back. */
export function addOidcRoutes(app: FastifyInstance, { desk, access }: OidcRoutesDeps): void {
  function demandProvider({ method, routeOptions }: FastifyRequest): void {
    if (desk.providerHost() === null) {
      throw new AdminError(
        'no-such-page',
        `Cannot ${method} ${routeOptions.url}: admin.oidc.login must be there, received none`,
      )
    }
  }

  function refusal(
    { ip, method, routeOptions }: FastifyRequest,
    found: Extract<Asked, { ok: false }>,
  ): AdminError {
    const { reason, name, detail } = found
    const told = { reason, name, ...(detail === undefined ? {} : { detail }) }
    access.onRefused({ ...told, address: ip, method, page: routeOptions.url ?? null })
    return refusalOfAsker(told, found, { least: 'viewer', proof: wanted, to: 'log in' })
  }

  app.get<{ Querystring: { readonly again?: 'true' } }>(
    '/login/oidc',
    { schema: { querystring: wayThere } },
    async (request, reply) => {
      demandProvider(request)
      const sent = await desk.sendOff(request.ip, request.query.again === 'true')
      if (!sent.ok) throw refusal(request, sent)
      reply.header('set-cookie', sent.setCookie)
      return reply.redirect(sent.location)
    },
  )

  app.get('/login/callback', async (request, reply) => {
    demandProvider(request)
    reply.header('set-cookie', desk.cleared.login)
    const { search } = new URL(request.url, 'http://localhost')
    const found = await desk.takeBack(search, flatHeaders(request), request.ip)
    if (!found.ok) throw refusal(request, found)
    reply.header('set-cookie', found.setCookie).type('text/html; charset=utf-8')
    return loggedInPage()
  })
}

const wanted = 'the id token must be one of admin.oidc for this client'
