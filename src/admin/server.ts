import Fastify from 'fastify'
import type { ProcessConfig } from '../config/schema-process.ts'

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

/** The operators' listener, apart from client traffic and on loopback only. */
export function createAdmin(config: ProcessConfig['admin'], view: AdminView) {
  const app = Fastify({ forceCloseConnections: true })

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
