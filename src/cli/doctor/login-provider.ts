import { type Judgement, ok, problem } from './judgement.ts'
import { fetchFault } from './unleash-flags.ts'

/** Reads what an identity provider says of itself (OpenID Connect Discovery 1.0), by which browsers are sent there. */
export async function lookAtLoginProvider(issuer: string, late: AbortSignal): Promise<Judgement> {
  const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`
  try {
    const response = await fetch(url, { redirect: 'manual', signal: late })
    return judgeLoginProvider(issuer, response.status, await response.text())
  } catch (error) {
    return problem(
      fetchFault(error as Error),
      'see whether the identity provider runs, and whether this machine trusts its certificate (NODE_EXTRA_CA_CERTS)',
    )
  }
}

export function judgeLoginProvider(issuer: string, status: number, text: string): Judgement {
  const next = 'admin.oidc.issuer must be the issuer of the provider, as its own pages name it'
  if (status !== 200) return problem(`answers ${status} where it should describe itself`, next)
  const named = issuerIn(text)
  if (named === issuer) return ok('people can be sent there to log in')
  const received =
    named === null ? 'describes itself in no way that is known' : `calls itself ${named}`
  return problem(received, next)
}

function issuerIn(text: string): string | null {
  try {
    const { issuer } = JSON.parse(text) as { issuer?: unknown }
    return typeof issuer === 'string' ? issuer : null
  } catch {
    return null
  }
}
