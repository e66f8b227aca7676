import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import Provider from 'oidc-provider'

export const oidcClient = { clientId: 'switchback', clientSecret: 'secret-of-the-client' }

export interface OidcProviderOptions {
  /** What the id token says of somebody, by the name with which they log in. */
  readonly people: Readonly<Record<string, object>>
  readonly redirectUri: string
}

/** A real identity provider on loopback, closed after the test. Whoever says a name of `people` is believed. */
export async function startOidcProvider(t: TestContext, options: OidcProviderOptions) {
  const { people, redirectUri } = options
  let handle: RequestListener = () => {}
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?', 1)[0]}`)
    handle(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: oidcClient.clientId,
        client_secret: oidcClient.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub', 'roles', 'preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: (_ctx, name) => ({
      accountId: name,
      claims: async () => ({ sub: name, ...people[name] }),
    }),
    // Nobody is asked whether the gateway may know who they are.
    async loadExistingGrant(ctx) {
      const { client, session, provider: own } = ctx.oidc
      const accountId = session?.accountId as string
      const grant = new own.Grant({ clientId: client?.clientId as string, accountId })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
    pkce: { required: () => true },
    cookies: { keys: ['of a test'] },
  })
  handle = provider.callback()
  async function stop(): Promise<void> {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  t.after(stop)
  return {
    issuer,
    jwks: `${issuer}/jwks`,
    /** What it was asked for so far, as `POST /token`. */
    asked,
    /** From here on nothing listens at its address. */
    stop,
    /** It is back there. */
    async start(): Promise<void> {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
  }
}

/**
 * What a browser does at the provider: goes where it was sent, logs in under this name, and is sent
 * back. Resolves with the address that it is sent to, which it does not ask for.
 */
export async function logInAt(location: string, name: string): Promise<URL> {
  const { origin } = new URL(location)
  const cookies = new Map<string, string>()
  let url = location
  let body: URLSearchParams | undefined
  for (let step = 0; step < 12; step++) {
    const headers = { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') }
    const answer = await fetch(url, {
      ...{ headers, redirect: 'manual', method: body === undefined ? 'GET' : 'POST' },
      ...(body === undefined ? {} : { body }),
    })
    for (const line of answer.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(key, value)
    }
    const text = await answer.text()
    const to = answer.headers.get('location')
    body = undefined
    if (to !== null) {
      const next = new URL(to, url)
      if (next.origin !== origin) return next
      url = next.href
    } else {
      const [, action] = /<form[^>]* action="([^"]+)"/.exec(text) ?? []
      if (action === undefined) throw new Error(`Cannot log in: ${answer.status} ${text}`)
      url = new URL(action, url).href
      body = new URLSearchParams({ prompt: 'login', login: name, password: 'any' })
    }
  }
  throw new Error('Cannot log in: the provider goes round in circles')
}
