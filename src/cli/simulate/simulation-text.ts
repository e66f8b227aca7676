import type { AskedCaller } from '../../cohort/asked-caller.ts'
import type { Variant } from '../../cohort/assignment.ts'
import type { FlagStrategy } from '../../cohort/flag-source.ts'
import { moversTo, type Simulation } from '../../cohort/simulation.ts'
import { strategyInWords } from '../../pipeline/asking/moved-strategy.ts'
import { sourceText } from '../explanation-text.ts'
import { printable } from '../printable.ts'
import { table } from '../table.ts'

/** Callers that a person may want to read the names of; `--json` has all. */
const named = 20

/** Who moves, as lines for a person: how many first, then why, then who. */
export function simulationText(simulation: Simulation, strategy: FlagStrategy): string[] {
  const { route, flag, flagSource, percent, callers, repeated, v2 } = simulation
  const again = repeated === 0 ? '' : `, ${inWords(repeated)} listed again and counted once`
  return [
    `flag      ${flag}, ${sourceText(flagSource)}`,
    `route     ${route}`,
    `strategy  ${simulation.strategy}: ${printable(strategyInWords(strategy))} → ${percent.after} %`,
    `callers   ${inWords(callers)}${again}`,
    `on V2     ${inWords(v2.before)} → ${inWords(v2.after)} (${share(v2.before, callers)} → ${share(v2.after, callers)})`,
    '',
    ...table([['now', 'then'], ...reasonRows(simulation)]),
    '',
    ...moverLines('v2', simulation),
    ...moverLines('v1', simulation),
    ...keptLines(simulation),
  ]
}

function reasonRows({ reasons }: Simulation): string[][] {
  return reasons.map(({ reason, text, before, after }) => [
    inWords(before),
    inWords(after),
    reason,
    text,
  ])
}

function moverLines(variant: Variant, { who }: Simulation): string[] {
  const movers = moversTo(variant, who)
  const to = variant.toUpperCase()
  if (movers.length === 0) return [`nobody moves to ${to}`]
  const rows = movers.slice(0, named).map(rowOf)
  const rest = movers.length - rows.length
  return [
    `${inWords(movers.length)} ${movers.length === 1 ? 'moves' : 'move'} to ${to}`,
    ...table(rows),
    ...(rest === 0 ? [] : [`  and ${inWords(rest)} more, see --json`]),
  ]
}

/** Offline nobody knows who carries the mark; whoever has V2 now is taken for one who does by then. */
function keptLines({ sticky, percent, who }: Simulation): string[] {
  if (sticky !== 'seen-v2') return []
  const kept = who.filter(({ after }) => after.reason === 'seen-v2').length
  const lowered = percent.after < percent.before ? ', whatever the percentage' : ''
  return [
    `seen-v2: ${inWords(kept)} who get V2 now keep it${lowered}, once they have come; who had V2 earlier is not known here`,
  ]
}

function rowOf({ user, session, address, properties }: AskedCaller): string[] {
  const pairs = Object.entries(properties).map(([name, value]) => `${name}=${value}`)
  const ids = [user, session, address].filter(each => each !== undefined)
  return [ids.join(' '), pairs.join(' ')].map(printable)
}

function inWords(count: number): string {
  return count.toLocaleString('en-US')
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}
