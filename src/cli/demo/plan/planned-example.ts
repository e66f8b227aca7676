import { exampleFlag, examplePath, exampleRoute } from '../example.ts'
import { writeExample } from '../write-example.ts'

/** Percent of each stage. */
export const stages = [10, 25, 50, 75, 100] as const

/** All that a rollout takes beside a route and a flag; `holdMs` is how long each stage is held. */
export function plannedPolicy(holdMs: number): string {
  const each = stages.map(percent => `    - { percent: ${percent}, hold: ${holdMs}ms }\n`)
  return `auth: public
fallback: { to: v1, methods: [GET, HEAD], withinMs: 500 }
budgets:
  - { signal: errors, max: 5% }
rollout:
  start: automatic
  approve: automatic
  stages:
${each.join('')}`
}

const route = `match: { path: ${examplePath} }
v1: { url: http://127.0.0.1:5062 }
v2: { url: http://127.0.0.1:5070 }
flag: ${exampleFlag}
policy: planned
user: { header: x-user-id }
`

/** Writes a configuration that gives V2 to nobody yet; returns its directory, which is removed when `open` closes. */
export function writePlannedExample(holdMs: number, open: AsyncDisposableStack): Promise<string> {
  return writeExample(open, {
    [`routes/${exampleRoute}.yaml`]: route,
    'policies/planned.yaml': plannedPolicy(holdMs),
  })
}
