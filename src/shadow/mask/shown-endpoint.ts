import { isSensitiveName } from './sensitive-name.ts'

/** Segments kept; what is deeper belongs to the same endpoint. */
const maxDepth = 6

/** Short words in lower case, and versions such as `v2`. */
const plainWord = /^(?=.{1,32}$)[a-z]{1,15}(-[a-z]{1,15})*$|^v\d{1,2}$/

/** What follows these is a secret to whoever has the link, or somebody, however much it looks like a word. */
const beforeSecrets =
  /^(u|by|reset|recover(y)?|unlock|invit(e|ation)s?|verify|verification|confirm(ation)?|activat(e|ion)|magic(-?links?)?|links?|shared?|shares|join|redeem|unsubscribe|accounts?|members?)$/i

/**
 * `GET /offers/*` for `GET /offers/17`: method and path, with the segments that the route itself names. Of those
 * behind them only plain words are shown, and none that follows a name such as `users` or `reset`.
 * @param matchPath The path prefix of the route.
 */
export function shownEndpoint(method: string, path: string, matchPath: string): string {
  const segments = path.split('/', maxDepth + 1).slice(1)
  const named = matchPath.split('/').slice(1)
  const isNamed = (at: number) => named.slice(0, at + 1).every((each, n) => each === segments[n])
  const kept = segments.map((segment, at) => {
    if (segment === '' || (at < named.length && isNamed(at))) return segment
    const before = segments[at - 1] ?? ''
    const isShown =
      plainWord.test(segment) && !isSensitiveName(before) && !beforeSecrets.test(before)
    return isShown ? segment : '*'
  })
  return `${method} /${kept.join('/')}`
}
