import type { RouteDifferences } from '../../../shadow/finding.ts'
import { askGateway } from '../../admin-client.ts'
import { exampleFlag, exampleRoute } from '../example.ts'

export interface GateAnswer {
  readonly state: 'open' | 'closed' | 'not-yet'
  readonly text: string
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
