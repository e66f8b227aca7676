import { userInfo } from 'node:os'
import type { LatchAnswer } from '../fleet/latch/latch-keeper.ts'
import { type AdminTarget, askGateway } from './admin-client.ts'
import { exitCodes } from './exit-codes.ts'

export interface ChangeOptions extends AdminTarget {
  readonly flag: string
  readonly note?: string | undefined
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** Asks a gateway to change a latch and says what came of it; the exit code. */
export async function changeLatch(
  change: 'rollback' | 'resume',
  { flag, note, out, error, ...target }: ChangeOptions,
): Promise<number> {
  const path = `/latches/${encodeURIComponent(flag)}/${change}`
  const who = userName(target.env)
  const reply = await askGateway(target, path, note === undefined ? { who } : { who, note })
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const { text } = reply.body as Extract<LatchAnswer, { done: true }>
  out(text)
  return exitCodes.done
}

/** The person at the keyboard, also behind sudo; a container may know its user by number only. */
export function userName(env: AdminTarget['env']): string {
  if (env.SUDO_USER !== undefined && env.SUDO_USER !== '') return env.SUDO_USER
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`
  }
}
