/** Calls the admin API, such as `admin('GET', '/projects/default/features')`; rejects for other answers than 2xx. */
export type UnleashAdmin = (method: string, path: string, body?: unknown) => Promise<unknown>

/** The admin API of an Unleash at `origin`, for who has an admin token. */
export function unleashAdmin(origin: string, adminToken: string): UnleashAdmin {
  return async (method, path, body) => {
    const response = await fetch(`${origin}/api/admin${path}`, {
      method,
      headers: { authorization: adminToken, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }
}
