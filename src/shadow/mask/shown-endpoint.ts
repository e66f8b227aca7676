import { isPlainName } from './plain-name.ts'
import { isSensitiveName } from './sensitive-name.ts'

/** Segments kept; what is deeper belongs to the same endpoint. */
const maxDepth = 6

/**
 * `GET /offers/*` for `GET /offers/17`: method and path, with `*` for each segment that is an id or may be
 * personal, and for what follows a name such as `users` or `token`.
 */
export function shownEndpoint(method: string, path: string): string {
  const segments = path.split('/', maxDepth + 1).slice(1)
  const kept = segments.map((segment, at) => {
    if (segment === '') return ''
    return isPlainName(segment) && !isSensitiveName(segments[at - 1] ?? '') ? segment : '*'
  })
  return `${method} /${kept.join('/')}`
}
