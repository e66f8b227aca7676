import type {
  DecidedRequest,
  Decision,
  DecisionResult,
  LatchThen,
  Proof,
} from '../../decisions/decision.ts'
import type { DecisionsPage } from '../../decisions/merged-page.ts'
import { type Refusal, refusals } from '../../errors.ts'
import type { IdentityFault } from '../../identity/identify.ts'
import { assignmentReason, variant } from './assignment-answers.ts'
import {
  anything,
  count,
  fieldsOf,
  listOf,
  moment,
  named,
  orNull,
  type SchemaOf,
  text,
  truth,
  words,
} from './schema-of.ts'

const valuesByName: SchemaOf<Readonly<Record<string, readonly string[]>>> = {
  type: 'object',
  additionalProperties: listOf(text),
}

/** What exactly was wrong: one of the words of `switchback_refusal_details_total`. */
const fault: SchemaOf<IdentityFault> = { type: 'string' }

const detail: SchemaOf<Extract<DecisionResult, { kind: 'refused' }>['detail']> = {
  anyOf: [fault, { type: 'null' }],
}

const request = fieldsOf<DecidedRequest>({
  method: text,
  scheme: words({ http: true, https: true }),
  host: text,
  path: text,
  address: text,
  upgrade: truth,
  hasBody: truth,
  headers: valuesByName,
  digests: valuesByName,
  session: orNull(text),
  seen: truth,
})

const proof: SchemaOf<Proof> = {
  oneOf: [
    fieldsOf<Extract<Proof, { kind: 'unasked' }>>({ kind: words({ unasked: true }) }),
    fieldsOf<Extract<Proof, { kind: 'proven' }>>({
      kind: words({ proven: true }),
      rule: text,
      claims: anything as SchemaOf<Readonly<Record<string, unknown>>>,
    }),
    fieldsOf<Extract<Proof, { kind: 'refused' }>>({
      kind: words({ refused: true }),
      rule: text,
      why: fault,
    }),
  ],
}

const refusal = words<Refusal>(
  Object.fromEntries(Object.keys(refusals).map(word => [word, true])) as Record<Refusal, true>,
)

const result: SchemaOf<DecisionResult> = {
  oneOf: [
    fieldsOf<Extract<DecisionResult, { kind: 'assigned' }>>({
      kind: words({ assigned: true }),
      route: text,
      variant,
      reason: assignmentReason,
    }),
    fieldsOf<Extract<DecisionResult, { kind: 'refused' }>>({
      kind: words({ refused: true }),
      route: orNull(text),
      refusal,
      detail,
      limit: orNull(text),
    }),
    fieldsOf<Extract<DecisionResult, { kind: 'preflight' }>>({
      kind: words({ preflight: true }),
      route: text,
    }),
  ],
}

const decision = named<Decision>('Decision', {
  number: count,
  at: moment,
  skipped: count,
  worker: count,
  config: text,
  request,
  proof,
  latch: fieldsOf<LatchThen>({ flag: orNull(text), tripped: truth, drill: truth }),
  result,
})

export const decisionsPage = fieldsOf<DecisionsPage>({
  at: moment,
  config: text,
  kept: count,
  leftOut: count,
  unheard: count,
  decisions: listOf(decision),
})
