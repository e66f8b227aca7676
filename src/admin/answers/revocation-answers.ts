import type { NumberedRevocation } from '../../fleet/revocation/held-revocations.ts'
import type {
  RevocationAnswer,
  RevocationsStatus,
} from '../../fleet/revocation/revocation-keeper.ts'
import type { Revocation } from '../../identity/revocation.ts'
import type { RevocationsPage } from '../control-view.ts'
import { shared } from './latch-answers.ts'
import {
  always,
  count,
  fieldsOf,
  listOf,
  named,
  orNull,
  type SchemaOf,
  text,
  truth,
  words,
} from './schema-of.ts'

const seconds: SchemaOf<number> = {
  type: 'integer',
  description: 'Seconds since the Unix epoch, as in tokens.',
}

const revocation = named<Revocation>('Revocation', {
  kind: words({ jti: true, sub: true, sid: true }),
  value: text,
  issuer: orNull(text),
  before: orNull(seconds),
  until: seconds,
})

const room = { entries: count, limit: count, waiting: truth }

export const revocationsStatus = fieldsOf<RevocationsStatus>(room)

export const revocationsPage = fieldsOf<RevocationsPage>({
  ...room,
  revocations: listOf(fieldsOf<NumberedRevocation>({ number: count, revocation })),
})

export const revocationAnswer = fieldsOf<Extract<RevocationAnswer, { done: true }>>({
  done: always(true),
  revocation,
  shared,
  text,
})
