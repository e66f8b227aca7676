import type { Gate, GateSignal, GateState, GateWord } from '../rollout/gate.ts'
import { type AdminTarget, askGateway } from './admin-client.ts'
import { exitCodes } from './exit-codes.ts'
import { verdictInWords } from './experiment/experiment-text.ts'
import { printable } from './printable.ts'
import { table } from './table.ts'

export interface GateOptions extends AdminTarget {
  readonly flag: string
  /** About this signal alone. */
  readonly signal?: GateSignal | undefined
  readonly json: boolean
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

const codes: Readonly<Record<GateState, number>> = {
  open: exitCodes.done,
  closed: exitCodes.closed,
  'not-yet': exitCodes.notYet,
}

/** What needs a person's eye is written large. */
const words: Readonly<Record<GateWord, string>> = {
  exceeded: 'EXCEEDED',
  'not-yet': 'not yet',
  'needs-live-traffic': 'needs live traffic',
  passes: 'passes',
  'dry-run': 'dry run',
}

const states: Readonly<Record<GateState, string>> = {
  open: 'open',
  closed: 'CLOSED',
  'not-yet': 'not yet',
}

/** `switchback gate <flag>`: whether V2 may go on to more traffic; the exit code says it to scripts. */
export async function gate({ flag, signal, json, out, error, ...target }: GateOptions) {
  const query = signal === undefined ? '' : `?signal=${signal}`
  const reply = await askGateway(target, `/gates/${encodeURIComponent(flag)}${query}`)
  if (!reply.ok) {
    error(reply.message)
    return exitCodes[reply.reason]
  }
  const found = reply.body as Gate
  if (json) out(JSON.stringify(found))
  else for (const line of gateText(found)) out(line)
  return codes[found.state]
}

/** One gate of many. */
export function gateRow({ flag, state, text }: Gate): string[] {
  return [flag, states[state], printable(text)]
}

/** What holds the gate comes first. */
export function gateText({ flag, state, isLive, text, budgets, experiments }: Gate): string[] {
  const where = isLive ? 'V2 has clients' : 'V2 has no clients'
  return [
    `${flag}  ${states[state]}, ${where}: ${printable(text)}`,
    ...table(
      budgets.map(({ says, route, budget, scope, text: finding }) => [
        words[says],
        route,
        scope === null ? budget : `${budget} (${printable(scope)})`,
        printable(finding),
      ]),
    ),
    ...table(
      experiments.map(({ verdict, name, text: finding }) => [
        verdictInWords(verdict),
        name,
        printable(finding),
      ]),
    ),
  ]
}
