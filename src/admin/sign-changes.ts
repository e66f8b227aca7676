import type { FastifyInstance } from 'fastify'
import type { Callers } from './require-role.ts'

/** What of a page's schema tells whether its body says who asks. */
interface BodySchema {
  readonly properties?: Readonly<Record<string, unknown>>
}

/**
 * Puts the name that was proven in the place of `who`, before the body is judged. What the body said
 * stands behind it in brackets, where it is another: a program may say for whom it asks, but nobody
 * signs with the name of somebody else. Where nobody is asked who they are, `who` stays as written.
 */
export function signChanges(app: FastifyInstance, callers: Callers): void {
  app.addHook('preValidation', async request => {
    const caller = callers.get(request)
    const { body } = request
    const { properties } = (request.routeOptions.schema?.body ?? {}) as BodySchema
    if (caller === undefined || properties?.who === undefined || !isObject(body)) return
    const { who } = body
    // What is no name is for the page's own rules to refuse.
    if (who !== undefined && (typeof who !== 'string' || who === '')) return
    body.who = signature(caller.name, who)
  })
}

/** `anna`, or `anna (root)` where the body says that it is root. */
export function signature(name: string, said: string | undefined): string {
  return said === undefined || said === name ? name : `${name} (${said})`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
