import type { DeedFate, UserDeed, UserRow } from '../../experiment/user.ts'

/** What is known of a user, with one more deed. The script of redis-users.ts says the same in Lua. */
export function addDeed(
  row: UserRow | null,
  { variant, at, values, sum, stratum, admits }: UserDeed,
  windowMs: number,
): { readonly fate: DeedFate; readonly row: UserRow | null } {
  if (row === null) {
    if (variant === null) return { fate: 'unknown', row }
    if (!admits) return { fate: 'not-sampled', row }
    return { fate: 'first', row: { variant, firstAt: at, values, sum, crossed: false, stratum } }
  }
  if (at > row.firstAt + windowMs) return { fate: 'late', row }
  if (variant !== null && variant !== row.variant) {
    return { fate: 'crossed', row: { ...row, crossed: true } }
  }
  return { fate: 'added', row: { ...row, values: row.values + values, sum: row.sum + sum } }
}
