import Fastify from 'fastify'
import type { ProcessConfig } from '../config/schema-process.ts'
import { answerErrors, refusePath } from './answer-errors.ts'
import { addAuditRoutes } from './audit-routes.ts'
import type { ControlView } from './control-view.ts'
import { addDifferenceRoutes } from './difference-routes.ts'
import { addGateRoutes } from './gate-routes.ts'
import { addLatchRoutes } from './latch-routes.ts'
import { refusePages } from './refuse-pages.ts'
import { addSecurityRoutes } from './security-routes.ts'
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

/**
 * The operators' listener, apart from client traffic and on loopback only. Without `control` it shows
 * the process alone, and no latch.
 */
export function createAdmin(
  config: ProcessConfig['admin'],
  view: AdminView,
  control: ControlView | null = null,
) {
  const app = Fastify({
    forceCloseConnections: true,
    bodyLimit: maxBodyBytes,
    routerOptions: { maxParamLength: maxNameLength },
    frameworkErrors: refusePath,
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, verbose: true } },
  })
  app.removeContentTypeParser('text/plain')
  refusePages(app)
  answerErrors(app, control?.onError ?? (() => {}))

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
  if (control !== null) {
    addStatusRoutes(app, control)
    addLatchRoutes(app, control)
    addAuditRoutes(app, control)
    addSecurityRoutes(app, control)
    addSignalRoutes(app, control)
    addGateRoutes(app, control)
    addDifferenceRoutes(app, control)
  }

  return {
    /** Resolves with the port in use. */
    async listen(): Promise<number> {
      await app.listen({ host: config.host, port: config.port })
      return (app.server.address() as { port: number }).port
    },
    close: () => app.close(),
  }
}

export type Admin = ReturnType<typeof createAdmin>
