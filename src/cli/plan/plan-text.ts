import type { ConfigChange } from '../../config/changes.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { Decision, DecisionResult } from '../../decisions/decision.ts'
import { changeKinds, type Unknowable } from '../../decisions/replayed.ts'
import { sourceText } from '../explanation-text.ts'
import { moment } from '../moment.ts'
import { printable } from '../printable.ts'
import { table } from '../table.ts'
import type { ConfigPlan, Plan } from './planned.ts'

/** Groups that a person may want to read; `--json` has all. */
const toldGroups = 20

/** What the files say differently, as lines for a person. */
export function changeLines(plan: ConfigPlan, proposed: Pick<Snapshot, 'routes'>): string[] {
  const { changed, newWorkers, atNextStart } = plan
  const versions = `${plan.inForce} → ${plan.proposed}`
  if (changed.length === 0) return [`changes   none in the files (${versions})`]
  return [
    `changes   ${inWords(changed.length)} in the files (${versions})`,
    ...table(changed.map(change => changeRow(change, proposed))),
    ...(newWorkers ? ['          new workers take over for them'] : []),
    ...(atNextStart.length === 0
      ? []
      : [`          at the next start of the process only: ${atNextStart.join(', ')}`]),
  ]
}

function changeRow(change: ConfigChange, { routes }: Pick<Snapshot, 'routes'>): string[] {
  const { kind, name, file, line, field, what, before, after } = change
  const users = routes.filter(route => (kind === 'policy' ? route.policy : route.flag) === name)
  const whose =
    (kind === 'policy' || kind === 'flag') && users.length > 0
      ? `(of ${users.map(route => route.name).join(', ')})`
      : ''
  const values = what === 'changed' ? `${before} → ${after}` : `${what} ${after ?? before ?? ''}`
  return [`${file}:${line}`, field, values.trimEnd(), whose].map(printable)
}

function skippedLines({ skipped }: Plan['replay']): string[] {
  if (skipped === 0) return []
  const came = `${inWords(skipped)} more requests came between them and were not kept`
  return [`beside    ${came} (decisions.perSecond): rate limits are judged on a part`]
}

/** What would have been decided differently, likewise. */
export function replayLines(plan: Plan): string[] {
  const { running, inForce, unheard, replay, flags } = plan
  const { decisions, from, until, asRecorded, changes, unknowns } = replay
  const moved =
    running !== null && running !== inForce
      ? [`running   the gateway runs ${running}, and not the files that these are held against`]
      : []
  const missing =
    unheard === 0 ? [] : [`missing   the decisions of ${unheard} workers, which did not answer`]
  if (from === null || until === null) {
    return [...moved, ...missing, 'replayed  no decision: nobody can say what would change']
  }
  return [
    ...moved,
    ...missing,
    `flags     ${sourceText(flags.proposed)}`,
    `replayed  ${inWords(decisions)} decisions, ${moment(from)} to ${moment(until)}; ${inWords(asRecorded)} come out as they were`,
    ...skippedLines(replay),
    ...groupLines(plan),
    ...unknownLines(plan),
    changes > 0
      ? `so        ${inWords(changes)} of ${inWords(decisions)} would be decided differently${unknowns > 0 ? `, and of ${inWords(unknowns)} nobody can say` : ''}`
      : unknowns > 0
        ? `so        none changes that is known, and of ${inWords(unknowns)} nobody can say`
        : 'so        no decision changes',
  ]
}

function groupLines({ replay: { groups, changed } }: Plan): string[] {
  if (groups.length === 0) return []
  const kinds = changeKinds.flatMap(kind =>
    changed[kind] === 0 ? [] : `${inWords(changed[kind])} ${kind}`,
  )
  const rows = groups
    .slice(0, toldGroups)
    .map(({ kind, before, after, count, example }) =>
      [
        inWords(count),
        kind,
        `${resultInWords(before)} → ${resultInWords(after)}`,
        `such as ${requestInWords(example)}`,
      ].map(printable),
    )
  const more = groups.length - rows.length
  return [
    `differ    ${kinds.join(', ')}`,
    ...table(rows),
    ...(more === 0 ? [] : [`  and ${inWords(more)} kinds more, see --json`]),
  ]
}

const lacking: Readonly<Record<Unknowable, string>> = {
  'proof-not-kept': 'nobody asked their callers for a proof',
  'proof-rule-changed': 'proofs would be judged by other rules',
  'claim-not-kept': 'a rule reads a claim that none reads now',
  'header-not-kept': 'a rule reads a header that none reads now, or one that is never kept',
  'session-not-kept': 'they would be hashed by a session id that is drawn anew',
  'mark-not-kept': 'the mark of another flag would count',
}

function unknownLines({ replay: { unknown } }: Plan): string[] {
  const found = Object.entries(unknown) as [Unknowable, number][]
  if (found.length === 0) return []
  return ['unknown', ...table(found.map(([why, count]) => [inWords(count), why, lacking[why]]))]
}

function resultInWords(result: DecisionResult): string {
  if (result.kind === 'assigned') return `${result.route} ${result.variant} (${result.reason})`
  if (result.kind === 'preflight') return `${result.route} preflight`
  const detail = result.limit ?? result.detail
  const refusal = detail === null ? result.refusal : `${result.refusal} (${detail})`
  return result.route === null ? refusal : `${result.route} ${refusal}`
}

/** Without who asked: what is printed is passed on more readily than what is kept. */
function requestInWords({ number, request: { method, host, path } }: Decision): string {
  const shown = path.length > 60 ? `${path.slice(0, 59)}…` : path
  return `${method} ${host}${shown} (${number})`
}

function inWords(count: number): string {
  return count.toLocaleString('en-US')
}
