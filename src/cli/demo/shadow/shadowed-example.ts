import { exampleFlag, examplePath, exampleRoute } from '../example.ts'
import { writeExample } from '../write-example.ts'

/** All that shadowing takes beside a route and a flag; shown on the screen as it is. */
export const shadowedPolicy = `auth: public
shadow: {}
budgets: [{ signal: mismatch, max: 0.5% }]
`

const route = `match: { path: ${examplePath} }
v1: { url: http://127.0.0.1:5062 }
v2: { url: http://127.0.0.1:5070 }
flag: ${exampleFlag}
policy: shadowed
user: { header: x-user-id }
`

/** Writes a configuration that shows V2 to nobody; returns its directory, which is removed when `open` closes. */
export function writeShadowedExample(open: AsyncDisposableStack): Promise<string> {
  return writeExample(open, {
    [`routes/${exampleRoute}.yaml`]: route,
    'policies/shadowed.yaml': shadowedPolicy,
  })
}
