import { createServer } from 'node:net'
import type { AdminTarget } from '../admin-client.ts'
import { reachGateway } from '../reach-gateway.ts'
import { sendRequest } from '../send-request.ts'
import { type Judgement, ok, problem } from './judgement.ts'

/** What stands in the way of a listener: null for nothing, else the code of the system, such as EADDRINUSE. */
export type PortTrouble = string | null

export interface Listener {
  /** The group of switchback.yaml that says it. */
  readonly field: 'listen' | 'admin'
  readonly host: string
  readonly port: number
}

/** Binds a port for a moment. */
export function portTrouble({ host, port }: Omit<Listener, 'field'>): Promise<PortTrouble> {
  return new Promise(resolve => {
    const server = createServer(socket => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)))
  })
}

/** `running`: admin address of the Switchback that runs here; null where none answers. */
export function judgePort(
  { field, host, port }: Listener,
  trouble: PortTrouble,
  running: string | null,
): Judgement {
  if (port === 0) return ok('any that is free')
  if (trouble === null) return ok('free')
  if (trouble === 'EADDRINUSE') {
    if (running !== null) return ok(`held by the Switchback that answers at ${running}`)
    return problem(
      'held by another program',
      `see which one (ss -ltnp 'sport = :${port}') and stop it, or choose another with ${field}.port`,
    )
  }
  if (trouble === 'EACCES') {
    return problem(
      'not for this user',
      `choose one above 1023 with ${field}.port, or give the process CAP_NET_BIND_SERVICE`,
    )
  }
  if (trouble === 'EADDRNOTAVAIL' || trouble === 'ENOTFOUND') {
    return problem(
      `${host} is no address of this machine`,
      `choose one that is with ${field}.host, such as 0.0.0.0 for all (ip address)`,
    )
  }
  return problem(`cannot be listened on: ${trouble}`, `choose another with ${field}.port`)
}

/** The admin address at which a Switchback of this configuration answers; null for none. */
export async function runningGateway(
  target: AdminTarget,
  signal: AbortSignal,
): Promise<string | null> {
  const reached = await reachGateway(target)
  if (!reached.ok) return null
  const { way } = reached
  try {
    // Whether it is alive is told to anybody: no token goes along.
    const { text } = await sendRequest(
      { ...way, token: null },
      new URL('/health', way.address),
      undefined,
      signal,
    )
    return (JSON.parse(text) as { status?: unknown }).status === 'alive' ? way.address : null
  } catch {
    return null
  }
}
