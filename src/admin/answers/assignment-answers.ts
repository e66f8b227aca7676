import type { AssignmentReason, Variant } from '../../cohort/assignment.ts'
import type { FlagSourceStatus } from '../../cohort/flag-source.ts'
import { moment, orNull, text, truth, words } from './schema-of.ts'

export const variant = words<Variant>({ v1: true, v2: true })

export const assignmentReason = words<AssignmentReason>({
  'v1-only': true,
  'flag-missing': true,
  'flag-off': true,
  'in-share': true,
  'out-of-share': true,
  'seen-v2': true,
  forced: true,
  'switched-back': true,
  drill: true,
})

/** Where flags come from, field by field. */
export const flagSourceFields = {
  kind: words<FlagSourceStatus['kind']>({ unleash: true, flags: true }),
  ready: truth,
  from: words<FlagSourceStatus['from']>({ files: true, server: true, backup: true, nowhere: true }),
  lastUpdated: orNull(moment),
  failure: orNull(text),
  stream: words<FlagSourceStatus['stream']>({
    off: true,
    opening: true,
    open: true,
    'not-offered': true,
    broken: true,
  }),
}
