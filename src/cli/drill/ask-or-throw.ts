import { type AdminTarget, askGateway } from '../admin-client.ts'
import { exitCodes } from '../exit-codes.ts'

/** Why a drill ends before its time, and the exit code for it. */
export class DrillFault extends Error {
  override readonly name = 'DrillFault'
  readonly exitCode: number

  constructor(message: string, exitCode: number = exitCodes.refused) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The answer of the gateway; throws `DrillFault` where there is none, or a refusal. */
export async function askOrThrow<T>(target: AdminTarget, path: string, body?: object): Promise<T> {
  const reply = await askGateway(target, path, body)
  if (!reply.ok) throw new DrillFault(reply.message, exitCodes[reply.reason])
  return reply.body as T
}
