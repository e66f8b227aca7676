import Fastify from 'fastify'
import type { AdminConfig } from '../config/schema-admin.ts'
import { answerErrors, refusePath } from './answer-errors.ts'
import { addAnswerHeaders, answerHeaders } from './answer-headers.ts'
import { addAuditRoutes } from './audit-routes.ts'
import { addConsoleRoutes } from './console/console-routes.ts'
import { createConsoleShelf } from './console/console-shelf.ts'
import { addLoginFiles } from './console/login-files.ts'
import type { ControlView } from './control-view.ts'
import { addDecisionRoutes } from './decision-routes.ts'
import { addDifferenceRoutes } from './difference-routes.ts'
import { addEventRoutes } from './events/event-routes.ts'
import { addExperimentRoutes } from './experiment-routes.ts'
import { addGateRoutes } from './gate-routes.ts'
import { addLatchRoutes } from './latch-routes.ts'
import { addOpenApiRoute } from './openapi/openapi-routes.ts'
import { addQuestionRoutes } from './question-routes.ts'
import { refusePages } from './refuse-pages.ts'
import { type AdminAccess, requireRole } from './require-role.ts'
import { addResidualRoute } from './residual-route.ts'
import { addRevocationRoutes } from './revocation-routes.ts'
import { addRolloutRoutes } from './rollout-routes.ts'
import { createSecureServers, type Pair, type SecureServersOptions } from './secure-servers.ts'
import { addSecurityRoutes } from './security-routes.ts'
import { addSeriesRoute } from './series-route.ts'
import { loginPageFor } from './session/login-page.ts'
import { addOidcRoutes } from './session/oidc-routes.ts'
import type { SessionDesk } from './session/session-desk.ts'
import { addSessionRoutes } from './session/session-routes.ts'
import { signChanges } from './sign-changes.ts'
import { addSignalRoutes } from './signal-routes.ts'
import { addStatusRoutes } from './status-routes.ts'

/** What the admin listener shows; asked anew at every request. */
export interface AdminView {
  /** False while starting and while draining: load balancers should look away. */
  ready(): boolean
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>
  /** Configuration in force and the faults of the last one refused, if any. */
  config(): object
  /** Where the flags come from and how old they are. */
  flags(): Promise<object | null>
}

/** Bytes of a request body; more is answered 413. */
const maxBodyBytes = 65_536

/** Characters of a flag's name in a path. */
const maxNameLength = 256

export interface AdminOptions {
  readonly config: Pick<AdminConfig, 'host' | 'port'>
  /** Null for cleartext, which only a loopback address may have. */
  readonly tls: Pair | null
  readonly networkOf: SecureServersOptions['networkOf']
  readonly access: AdminAccess
  readonly sessions: SessionDesk
  readonly view: AdminView
  /** Without it the process alone is shown, and no latch. */
  readonly control: ControlView | null
}

/** The operators' listener, apart from client traffic. */
export function createAdmin(options: AdminOptions) {
  const { config, tls, networkOf, access, sessions, view, control } = options
  const headers = answerHeaders({ isSecure: tls !== null })
  const secure = tls === null ? null : createSecureServers({ tls, networkOf })
  const app = Fastify({
    ...(secure === null ? {} : { serverFactory: secure.create }),
    forceCloseConnections: true,
    bodyLimit: maxBodyBytes,
    routerOptions: { maxParamLength: maxNameLength },
    frameworkErrors: refusePath(headers),
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, verbose: true } },
  })
  app.removeContentTypeParser('text/plain')
  addAnswerHeaders(app, headers)
  refusePages(app, access)
  const callers = requireRole(app, access)
  signChanges(app, callers)
  answerErrors(app, {
    onError: control?.onError ?? (() => {}),
    pageFor: (request, error) => loginPageFor(request, error, sessions),
  })
  addOpenApiRoute(app)

  app.get('/health', () => ({ status: 'alive' }))
  app.get('/ready', (_request, reply) => {
    const ready = view.ready()
    reply.code(ready ? 200 : 503)
    return { status: ready ? 'ready' : 'not-ready' }
  })
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await view.metrics()
    reply.type(contentType)
    return body
  })
  app.get('/config', () => view.config())
  app.get('/flags', () => view.flags())
  let judgeStreamsAgain = () => {}
  const shelf = createConsoleShelf()
  addLoginFiles(app, shelf)
  addOidcRoutes(app, { desk: sessions, access })
  addSessionRoutes(app, { desk: sessions, access, callers, onLeft: () => judgeStreamsAgain() })
  if (control !== null) {
    judgeStreamsAgain = addEventRoutes(app, control.events, access, callers).judgeAgain
    addConsoleRoutes(app, shelf)
    addStatusRoutes(app, control)
    addLatchRoutes(app, control)
    addAuditRoutes(app, control)
    addSecurityRoutes(app, control)
    addSeriesRoute(app, control)
    addSignalRoutes(app, control)
    addGateRoutes(app, control)
    addQuestionRoutes(app, control)
    addRolloutRoutes(app, control, callers)
    addExperimentRoutes(app, control, callers)
    addDifferenceRoutes(app, control)
    addRevocationRoutes(app, control)
    addDecisionRoutes(app, control)
    addResidualRoute(app, control)
  }

  return {
    /** Resolves with the port in use. */
    async listen(): Promise<number> {
      await app.listen({ host: config.host, port: config.port })
      return (app.server.address() as { port: number }).port
    },
    /** Who may ask has changed: streams of those who may no more end. */
    accessChanged: (): void => judgeStreamsAgain(),
    /** The next connections get this certificate; for cleartext it means nothing. */
    renewCertificate(renewed: Pair): void {
      secure?.renew(renewed)
    },
    close: () => app.close(),
  }
}

export type Admin = ReturnType<typeof createAdmin>
