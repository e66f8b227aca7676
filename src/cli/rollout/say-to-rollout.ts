import type { RolloutAnswer } from '../../fleet/rollout/rollout-keeper.ts'
import type { RolloutAction } from '../../rollout/word.ts'
import { askGateway } from '../admin-client.ts'
import { type ChangeOptions, userName } from '../change-latch.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../printable.ts'

/** `switchback promote|pause|continue <flag>`: the word of the person at the keyboard. */
export async function sayToRollout(
  action: RolloutAction,
  { flag, note, out, error, ...target }: ChangeOptions,
): Promise<number> {
  const who = userName(target.env)
  const path = `/rollouts/${encodeURIComponent(flag)}/${action}`
  const reply = await askGateway(target, path, note === undefined ? { who } : { who, note })
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const { text, shared } = reply.body as Extract<RolloutAnswer, { done: true }>
  out(printable(text))
  if (shared === 'down') out('The shared store is down: so far this machine alone knows.')
  return exitCodes.done
}
