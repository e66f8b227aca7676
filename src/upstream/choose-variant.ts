import type { Variant } from '../cohort/assignment.ts'
import { chooseOrigin, whyNone } from './choose-origin.ts'
import type { Origin, OriginSet } from './origin.ts'
import { notAsked, type Outcome } from './outcome.ts'

/** Where a request goes of which nothing was sent yet. */
export type VariantChoice =
  | {
      readonly variant: Variant
      readonly origin: Origin
      /** What there is to tell of V2, where V1 is asked in its place. */
      readonly unasked: Outcome | null
    }
  /** No origin may be asked. */
  | { readonly variant: Variant; readonly origin: null; readonly unasked: Outcome }

/** The variant that was assigned, or V1 where V2 may not be asked. */
export function chooseVariant(
  origins: Readonly<Record<Variant, OriginSet>>,
  assigned: Variant,
  now: number,
): VariantChoice {
  const first = chooseOrigin(origins[assigned], now)
  if (first !== null) return { variant: assigned, origin: first, unasked: null }
  const unasked = notAsked(assigned, whyNone(origins[assigned]))
  const second = assigned === 'v2' ? chooseOrigin(origins.v1, now) : null
  if (second === null) return { variant: assigned, origin: null, unasked }
  return { variant: 'v1', origin: second, unasked }
}
