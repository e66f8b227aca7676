import type { Cores } from '../machine.ts'
import type { Stage } from '../stage.ts'
import { type Clients, startClients } from './clients.ts'
import { type Gateway, type Program, startGateway } from './gateway.ts'
import { type Behaviour, startService } from './service.ts'
import type { Side } from './turns.ts'

/** The services and the clients; gateways come and go. */
export interface Scene {
  readonly clients: Clients
  /** @param shadow Of the policy in YAML, whenever it is on. */
  start(shadow: string, side: Side): Promise<Gateway>
}

/** Each process where the system puts it, as it would be in life: threads that collect garbage want a core too. */
export const anyCore = { gateway: null, rest: null }

export async function startScene(
  stage: Stage,
  { gateway, rest }: Pick<Cores, 'gateway' | 'rest'>,
  behaviour: Behaviour,
  program: Program = 'built',
): Promise<Scene> {
  const { children } = stage
  const v1 = await startService(children, 'v1', 'well', { core: rest })
  // In life V2 stands elsewhere: what a bad one does with the machine yields to all that is measured.
  const v2 = await startService(children, 'v2', behaviour, {
    core: rest,
    yields: behaviour !== 'well',
  })
  return {
    clients: startClients(children, { core: rest }),
    start: (shadow, side) =>
      startGateway(stage, { v1, v2, shadow, side, program, placement: { core: gateway } }),
  }
}
