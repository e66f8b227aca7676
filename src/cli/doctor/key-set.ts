import type { IssuerRule } from '../../config/auth-rule.ts'
import { keySetProblem } from '../../config/key-set-rules.ts'
import { type Fetched, type FetchFault, fetchKeySet } from '../../identity/fetch-key-set.ts'
import { type Judgement, ok, problem } from './judgement.ts'

/** Fetches the keys of an identity provider once. `issuers`: those that name this address. */
export async function lookAtKeySet(
  url: string,
  issuers: readonly Pick<IssuerRule, 'algorithms'>[],
  signal: AbortSignal,
): Promise<Judgement> {
  const algorithms = [...new Set(issuers.flatMap(each => each.algorithms))]
  return judgeKeySet(await fetchKeySet(url, signal), algorithms)
}

export function judgeKeySet(fetched: Fetched, algorithms: IssuerRule['algorithms']): Judgement {
  if (!fetched.ok) return problem(fetched.reason, nexts[fetched.reason])
  const fault = keySetProblem(fetched.text, algorithms)
  if (fault === null) return ok(`keys for ${algorithms.join(', ')}`)
  return problem(
    `is ${fault.received}`,
    `auth.jwks must be the address of ${fault.rule}: its provider names it as jwks_uri`,
  )
}

const nexts: Readonly<Record<FetchFault, string>> = {
  unreachable:
    'see whether the identity provider runs, and whether this machine trusts its certificate (NODE_EXTRA_CA_CERTS)',
  'too-slow': 'see whether the identity provider is well, or raise jwks.timeoutMs',
  redirected: 'name the address that it leads to: keys are taken from the one in the file alone',
  'status-refused': 'correct the address: its provider names it as jwks_uri',
  'too-large': 'correct the address: no key set is as large as that',
  'not-text': 'correct the address: a key set is JSON in UTF-8',
}
