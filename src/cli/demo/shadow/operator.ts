import type { RouteDifferences } from '../../../shadow/finding.ts'
import { askGateway } from '../../admin-client.ts'
import { exampleFlag, exampleRoute, runsFromSources } from '../example.ts'

export interface GateAnswer {
  readonly state: 'open' | 'closed' | 'not-yet'
  readonly text: string
}

/** A command that a person can type while the demo runs. */
export function operatorCommand(text: string, adminPort: number): string {
  const command = runsFromSources ? 'npm run -s switchback --' : 'npx switchback'
  const admin = adminPort === 9900 ? '' : ` --admin http://127.0.0.1:${adminPort}`
  return `${command} ${text}${admin}`
}

/** Asks the operators' listener, as `switchback diff` and `switchback gate` do; null where it does not answer. */
export function createOperator(adminPort: number) {
  const target = { admin: `http://127.0.0.1:${adminPort}`, dir: '.', env: {} }

  async function ask(path: string): Promise<unknown> {
    const reply = await askGateway(target, path)
    return reply.ok ? reply.body : null
  }

  return {
    differences: async () =>
      (await ask(`/differences/${exampleRoute}?all=true`)) as RouteDifferences | null,
    gate: async () => (await ask(`/gates/${exampleFlag}`)) as GateAnswer | null,
  }
}
