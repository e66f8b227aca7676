import { type Accounts, openIn } from './account.ts'
import { count, type Figure } from './figure.ts'

/**
 * What became of the copies, and whether the account is exact: every request is eligible, and each copy
 * ended in one way.
 * @param requests That clients sent while the shadow was on, which is of 100 %, and no other was copied.
 */
export function accountFigures(requests: number, { shadow, noise }: Accounts): Figure[] {
  const reasons = [...shadow.reasons].sort(([, a], [, b]) => b - a)
  // What one kind has too many of must not make up for what the other has too few of.
  const open = Math.abs(openIn(shadow)) + Math.abs(openIn(noise))
  return [
    count('requests with shadow', requests),
    count('of them not eligible for a copy', Math.abs(requests - shadow.eligible), 0),
    count('copies not accounted for, noise included', open, 0),
    ...reasons.map(([reason, copies]) => count(`copies ${reason}`, copies)),
    ...(noise.eligible > 0 ? [count("copies for V1's noise", noise.eligible)] : []),
  ]
}
