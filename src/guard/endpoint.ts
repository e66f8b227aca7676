/** Segments that name one thing among many, not a kind of thing. */
const idForms = [
  /^\d+$/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  // Hex of eight and more, but no word such as `defaced`.
  /^(?=.*\d)[0-9a-f]{8,}$/i,
  // Tokens: long, or with digits and capitals in between.
  /^.{33,}$/,
  /^(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[\w-]{12,}$/,
]

/** Segments kept; what is deeper belongs to the same endpoint. */
const maxDepth = 6

/** `GET /users/*` for `GET /users/17`: method and path, ids left out. */
export function endpointOf(method: string, path: string): string {
  const segments = path.split('/', maxDepth + 1).map(segment => (isId(segment) ? '*' : segment))
  return `${method} ${segments.join('/')}`
}

function isId(segment: string): boolean {
  return idForms.some(form => form.test(segment))
}

const maxRemembered = 1000
const maxRememberedLength = 200

/** The same, remembering what was asked for lately, since most requests ask for few paths. */
export function createEndpoints(): (method: string, path: string) => string {
  const known = new Map<string, string>()
  return (method, path) => {
    const key = `${method} ${path}`
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const endpoint = endpointOf(method, path)
    if (known.size === maxRemembered) known.clear()
    if (key.length <= maxRememberedLength) known.set(key, endpoint)
    return endpoint
  }
}
