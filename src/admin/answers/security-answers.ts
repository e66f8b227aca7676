import type { SecurityEvent, SecurityReport } from '../../security/event.ts'
import { count, fieldsOf, listOf, moment, named, orNull, text, words } from './schema-of.ts'

const event = named<SecurityEvent>('SecurityEvent', {
  kind: words({
    'bad-token-flood': true,
    'revoked-token-used': true,
    'forbidden-flood': true,
    'limit-storm': true,
    'address-refused': true,
    'origin-refused': true,
    'refused-framing': true,
    probing: true,
    oversized: true,
    'slow-clients': true,
    'tls-handshake-flood': true,
    'admin-refused': true,
  }),
  client: orNull(text),
  since: moment,
  lastAt: moment,
  refusals: count,
  from: orNull(count),
  withinMs: count,
})

export const securityReport = fieldsOf<SecurityReport>({
  lasting: listOf(event),
  ended: listOf(event),
})
