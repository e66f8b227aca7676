import type { FastifyInstance } from 'fastify'
import { leastRoleFor } from '../role-table.ts'
import { openApiDocument, type ServedPage } from './document.ts'
import { pages } from './page-table.ts'

interface RequestSchema {
  readonly body?: object
  readonly querystring?: { readonly properties?: Readonly<Record<string, object>> }
}

/**
 * Describes the listener by the routes that are added from here on, and serves the description.
 * A page that the page table does not name throws.
 */
export function addOpenApiRoute(app: FastifyInstance): void {
  const served: ServedPage[] = []
  let document: object | null = null

  app.addHook('onRoute', ({ method, url, schema = {} }) => {
    for (const each of [method].flat()) {
      // Fastify adds it to each GET.
      if (each === 'HEAD') continue
      const words = Object.hasOwn(pages, `${each} ${url}`) ? pages[`${each} ${url}`] : undefined
      const least = leastRoleFor(each, url)
      if (words === undefined || least === null) {
        throw new Error(`Cannot serve ${each} ${url}: it must be described in page-table.ts`)
      }
      const { body = null, querystring } = schema as RequestSchema
      served.push({
        ...{ method: each, url, least, words, body },
        query: querystring?.properties ?? {},
      })
    }
  })
  app.get('/openapi.json', () => {
    document ??= openApiDocument(served)
    return document
  })
}
