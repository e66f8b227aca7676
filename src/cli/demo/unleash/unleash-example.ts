import { hash } from 'node:crypto'
import { exampleFlag, examplePath, exampleRoute } from '../example.ts'
import { writeFiles } from '../write-example.ts'
import type { RealUnleash } from './real-unleash.ts'

/** A plan that needs a person at each stage, and a V2 that is not blamed for how slow this machine is. */
const policy = `auth: public
timeouts: { headersMs: 30000 }
fallback: { to: v1, methods: [GET, HEAD] }
budgets:
  - { signal: errors, max: 5% }
rollout:
  stages:
    - { percent: { beta_users: 100 }, hold: 15s }
    - { percent: { everyone: 10 }, hold: 15s }
    - { percent: { api_partners: 50, everyone: 50 }, hold: 15s }
    - { percent: { api_partners: 100, everyone: 100 }, hold: 15s }
    - { percent: { enterprise: 100 }, hold: 15s }
`

const route = `match: { path: ${examplePath} }
v1: { url: http://127.0.0.1:5062 }
v2: { url: http://127.0.0.1:5070 }
flag: ${exampleFlag}
policy: staged
user: { header: x-user-id }
properties: { segment: { header: x-segment } }
`

/** Writes the configuration of a gateway whose flag is in that Unleash, and which lets `operatorToken` in. */
export function writeUnleashExample(
  { origin, clientToken, adminToken }: RealUnleash,
  operatorToken: string,
  open: AsyncDisposableStack,
): Promise<string> {
  return writeFiles(open, {
    [`routes/${exampleRoute}.yaml`]: route,
    'policies/staged.yaml': policy,
    'switchback.yaml': `admin:
  tokens:
    - { name: demo, role: approver, sha256: "${hash('sha256', operatorToken)}" }
unleash:
  url: ${origin}/api
  token: "${clientToken}"
  refreshIntervalMs: 1000
  admin: { url: "${origin}/api/admin", token: "${adminToken}", environment: development }
`,
  })
}
