import type { Clock } from '../../clock.ts'
import type { UnleashAdminConfig } from '../../config/schema-fleet.ts'
import type { FleetMemory } from '../stores/fleet-memory.ts'
import type { Attempt } from './attempts.ts'
import { attemptOf, type CallAnswer, call } from './outgoing-call.ts'

export interface UnleashSwitchDeps {
  readonly config: UnleashAdminConfig
  readonly memory: FleetMemory
  readonly clock: Clock
}

const ours = 'turned off by a switch back'

/**
 * Turns a flag off in Unleash after a switch back, and on by a resume; each call is one attempt. Only
 * a flag that a switch back turned off is turned on again: if a person had turned it off before,
 * that is for a person to undo.
 */
export function createUnleashSwitch({ config, memory, clock }: UnleashSwitchDeps) {
  const { url, token, project, environment } = config

  function ask(flag: string, action: '' | '/off' | '/on', signal: AbortSignal) {
    const path = ['projects', project, 'features', flag, 'environments', environment]
    const address = `${url.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}${action}`
    const reads = action === ''
    const method = reads ? 'GET' : 'POST'
    const headers = { authorization: token }
    return call(clock, { url: address, method, headers, reads }, signal)
  }

  async function turnOff(flag: string, signal: AbortSignal): Promise<Attempt> {
    const found = await ask(flag, '', signal)
    const read = attemptOf(found, '')
    if (read.result !== 'done') return read
    if (!isEnabled(found)) {
      const wasOurs = (await memory.recall(keyOf(flag))) === ours
      return { result: 'done', text: `${wasOurs ? 'is' : 'was already'} off in ${environment}` }
    }
    // Before the call: if this process ends between both, the next one knows whose doing it is.
    await memory.remember(keyOf(flag), ours)
    return attemptOf(await ask(flag, '/off', signal), `turned off in ${environment}`)
  }

  async function turnOn(flag: string, signal: AbortSignal): Promise<Attempt> {
    if ((await memory.recall(keyOf(flag))) !== ours) {
      return { result: 'done', text: 'left as it is: no switch back had turned it off' }
    }
    const turned = attemptOf(await ask(flag, '/on', signal), `turned on in ${environment}`)
    if (turned.result === 'done') await memory.remember(keyOf(flag), '')
    return turned
  }

  return {
    turn: (flag: string, to: 'on' | 'off', signal: AbortSignal): Promise<Attempt> =>
      to === 'off' ? turnOff(flag, signal) : turnOn(flag, signal),
  }
}

function keyOf(flag: string): string {
  return `unleash/${flag}`
}

function isEnabled(answer: CallAnswer): boolean {
  if (answer.status === null) return false
  try {
    return (JSON.parse(answer.body) as { enabled?: unknown }).enabled === true
  } catch {
    // Not what Unleash answers: turning off what is off does no harm.
    return true
  }
}
