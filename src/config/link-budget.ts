import { type BudgetConfig, budgetRule } from './budget-rule.ts'
import { faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import { nearest } from './near.ts'
import { durationMs, sharePattern, shareTitle } from './units.ts'
import type { Checked } from './validate.ts'

type Budget = Draft<BudgetConfig>
type Signal = BudgetConfig['signal']
type Quantile = 'p50' | 'p90' | 'p95' | 'p99'
type Field = 'max' | 'min' | 'most' | 'name' | 'pointer' | Quantile

/** What is wrong: with which field of the budget, none for the budget as a whole. */
type Complaint = readonly [
  field: Field | 'for' | 'per' | null,
  rule: string,
  hint?: string | undefined,
]

/** Whether the author wrote a field, be it right or wrong. */
type Has = (field: string) => boolean

const notBesideV1 = `${shareTitle}: only errors and latency are judged beside V1`

const quantiles: readonly Quantile[] = ['p50', 'p90', 'p95', 'p99']

/** What a budget on each signal is made of, besides what every budget may have. */
const fieldsOf: Readonly<Record<Signal, readonly Field[]>> = {
  errors: ['max'],
  latency: quantiles,
  availability: ['min'],
  header: ['name', 'min', 'most', 'max'],
  json: ['pointer', 'min', 'most', 'max'],
  pushed: ['name', 'min', 'most', 'max'],
  mismatch: ['max'],
}
const allFields = [...new Set(Object.values(fieldsOf).flat())]

/** The rules of a policy's budgets that a schema cannot say; `routes` are all there are. */
export function linkBudgets(
  { document, draft }: Checked<'policy'>,
  routes: readonly Checked<'route'>[],
): Fault[] {
  const users = routes.filter(route => route.draft.policy === document.name)
  const budgets = draft.budgets ?? []
  return budgets.flatMap((budget, i) => {
    const signal = budget?.signal
    if (budget === undefined || signal === undefined) return []
    const has: Has = field => isWritten(document, ['budgets', i, field])
    const foreign = allFields.filter(field => has(field) && !fieldsOf[signal].includes(field))
    const complaints = [
      ...aboutLimits(signal, budget, has),
      ...aboutWindow(budget),
      ...aboutScope(signal, budget, users),
    ]
    const faults = [
      ...foreign.map(field =>
        faultAt(
          document,
          ['budgets', i, field],
          `left out: a budget on ${signal} has ${fieldsOf[signal].join(', ')}`,
          { part: 'key' },
        ),
      ),
      ...complaints.map(([field, rule, hint]) =>
        faultAt(document, ['budgets', i, ...(field === null ? [] : [field])], rule, { hint }),
      ),
    ]
    if (faults.length > 0) return faults
    const twin = budgets.slice(0, i).findIndex(other => idOf(other) === idOf(budget))
    return twin === -1
      ? []
      : [faultAt(document, ['budgets', i], `different from budgets[${twin}] in what it allows`)]
  })
}

/** Which of the limits there must be, and what they must be like. */
function aboutLimits(signal: Signal, budget: Budget, has: Has): Complaint[] {
  const { max, min } = budget
  if (signal === 'latency') {
    if (quantiles.filter(has).length === 1) return []
    return [[null, `given exactly one of ${quantiles.join(', ')}`]]
  }
  if (signal === 'availability') {
    if (typeof min === 'string' && isShare(min) && Number.parseFloat(min) > 0) return []
    return [['min', `${shareTitle}, above 0%`]]
  }
  const isShareItself = signal === 'errors' || signal === 'mismatch'
  const complaints: Complaint[] = isShareItself ? [] : aboutNumbers(signal, budget, has)
  if (!has('max')) complaints.push(['max', `present: ${shareTitle}`])
  if (signal === 'mismatch' && isBesideV1(max)) complaints.push(['max', notBesideV1])
  if (max === '100%') complaints.push(['max', 'below 100%, which allows everything'])
  return complaints
}

/** Of budgets on numbers: which number it is, and when it is good. */
function aboutNumbers(
  signal: 'header' | 'json' | 'pushed',
  { max, min, most }: Budget,
  has: Has,
): Complaint[] {
  const complaints: Complaint[] = []
  const knownBy = signal === 'json' ? 'pointer' : 'name'
  if (!has(knownBy)) complaints.push([knownBy, 'present, to know the number by'])
  if (!has('min') && !has('most')) complaints.push([null, 'given at least one of min and most'])
  if (typeof min === 'string') complaints.push(['min', 'a number'])
  else if (min !== undefined && most !== undefined && min > most) {
    complaints.push(['min', 'no larger than most'])
  }
  if (isBesideV1(max)) complaints.push(['max', notBesideV1])
  return complaints
}

function aboutWindow(budget: Budget): Complaint[] {
  if (budget.for === undefined) return []
  const limits = [budget.max, ...quantiles.map(name => budget[name])]
  if (limits.some(isBesideV1)) {
    return [['for', 'left out, since a budget beside V1 is not judged by a window']]
  }
  return durationMs(budget.for) < 1000 ? [['for', 'at least 1s']] : []
}

/** `per` names something that every route of the policy has. */
function aboutScope(
  signal: Signal,
  { per }: Budget,
  users: readonly Checked<'route'>[],
): Complaint[] {
  if (per === undefined) return []
  if (signal === 'pushed') return [['per', 'left out, since pushed numbers have no caller']]
  if (signal === 'mismatch') return [['per', 'left out, since pairs are summed up by route']]
  if (per === 'endpoint') return []
  const propertiesOf = ({ draft }: Checked<'route'>) => Object.keys(draft.properties ?? {})
  const without = users.find(route => !propertiesOf(route).includes(per))
  if (without === undefined) return []
  const rule = `"endpoint", or a property of every route with this policy; ${without.document.file} has none of that name`
  return [['per', rule, nearest(per, ['endpoint', ...propertiesOf(without)])]]
}

/** Only asked where nothing is wrong with the budget; of what broke its schema nothing is there. */
function idOf(budget: Budget | undefined): string | null {
  return budget?.signal === undefined ? null : budgetRule(budget as BudgetConfig).id
}

function isShare(text: string): boolean {
  return new RegExp(sharePattern).test(text)
}

function isBesideV1(limit: string | undefined): boolean {
  return limit?.endsWith(' v1') ?? false
}
