import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { createIssuer, type Issuer } from '../identity/issuer.ts'
import { logInAt, oidcClient, startOidcProvider } from '../support/oidc-provider.ts'
import type { Reply } from './admin-parts.ts'
import { type OidcConfig, people, startGuardedAdmin } from './operators.ts'

/** As browsers know the listener; nothing of a test is asked for there. */
const redirectUri = 'http://127.0.0.1:9900/login/callback'

function configFor(issuer: string): OidcConfig {
  return {
    ...{ issuer, audience: 'switchback-api', jwks: `${issuer}/jwks`, algorithms: ['RS256'] },
    ...{ clockToleranceSeconds: 5, nameClaim: 'preferred_username', rolesClaim: 'roles' },
    roles: { viewer: ['dev'], operator: ['sre'], approver: ['release'] },
    login: { ...oidcClient, redirectUri, scopes: ['openid', 'profile'] },
  }
}

type Admin = Awaited<ReturnType<typeof startGuardedAdmin>>

/** The cookies that an answer gives, as a browser sends them back. */
export function cookiesOf({ headers }: Pick<Reply, 'headers'>): string {
  const lines = [headers['set-cookie'] ?? []].flat()
  return lines.map(line => line.split(';', 1)[0]).join('; ')
}

/** A browser that is sent to the provider: where to, and with which cookie. */
export async function sendOff({ ask }: Pick<Admin, 'ask'>) {
  const answer = await ask('GET', '/login/oidc')
  return { answer, location: String(answer.headers.location), cookie: cookiesOf(answer) }
}

/** It comes back to this address. */
export function comeBack({ ask }: Pick<Admin, 'ask'>, to: URL, cookie: string): Promise<Reply> {
  const headers = { cookie, accept: 'text/html' }
  return ask('GET', `${to.pathname}${to.search}`, { headers })
}

/** An admin listener that lets people of a real identity provider log in there. */
export async function startWithProvider(t: TestContext, who: Readonly<Record<string, object>>) {
  const provider = await startOidcProvider(t, { people: who, redirectUri })
  const jwks = (await (await fetch(provider.jwks)).json()) as Issuer['jwks']
  const admin = await startGuardedAdmin(t, {
    ...{ tokens: people, oidc: configFor(provider.issuer), issuer: { jwks }, now: Date.now() },
  })
  return {
    ...{ admin, provider },
    /** Logs in from end to end; resolves with what the callback answered. */
    async logIn(name: string): Promise<Reply> {
      const { location, cookie } = await sendOff(admin)
      return comeBack(admin, await logInAt(location, name), cookie)
    },
  }
}

/** What a token endpoint answers, by the nonce that was asked for. */
export type TokenAnswer = (
  nonce: string,
  sign: Issuer['sign'],
) => Promise<{ readonly status?: number; readonly body: object | string }>

/** The same before a provider that answers what the test says. */
export async function startWithScript(t: TestContext, answer: TokenAnswer) {
  const keys = await createIssuer()
  let nonce = ''
  let redeemed = 0
  const server = createServer(async (request, response) => {
    const json = (status: number, body: object | string) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(typeof body === 'string' ? body : JSON.stringify(body))
    if (request.url === '/token') {
      redeemed++
      const { status = 200, body } = await answer(nonce, keys.sign)
      json(status, body)
      return
    }
    json(200, {
      ...{ issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
      ...{ jwks_uri: `${issuer}/jwks`, response_types_supported: ['code'] },
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const oidc = configFor(issuer)
  const admin = await startGuardedAdmin(t, {
    ...{ oidc, issuer: keys, now: Date.now() },
  })
  return {
    ...{ admin, issuer, oidc },
    redeemed: () => redeemed,
    async logIn(): Promise<Reply> {
      const { location, cookie } = await sendOff(admin)
      const { searchParams } = new URL(location)
      nonce = searchParams.get('nonce') as string
      const to = new URL(redirectUri)
      to.searchParams.set('code', 'a-code')
      to.searchParams.set('state', searchParams.get('state') as string)
      return comeBack(admin, to, cookie)
    },
  }
}
