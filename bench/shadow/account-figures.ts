import { type Accounts, openIn, sumOfAccounts } from './account.ts'
import { count, type Figure } from './figure.ts'

/**
 * What became of the copies, and whether each account is exact: every request is eligible, and each copy
 * ended in one way.
 * @param told By each gateway, with the requests that clients sent through it; its shadow is of 100 %.
 */
export function accountFigures(
  told: readonly { readonly requests: number; readonly accounts: Accounts }[],
): Figure[] {
  const shadow = sumOfAccounts(told.map(({ accounts }) => accounts.shadow))
  const noise = sumOfAccounts(told.map(({ accounts }) => accounts.noise))
  // What one has too many of must not make up for what another has too few of.
  const total = (off: (each: (typeof told)[number]) => number) =>
    told.reduce((sum, each) => sum + Math.abs(off(each)), 0)
  const reasons = [...shadow.reasons].sort(([, a], [, b]) => b - a)
  return [
    count(
      'requests with shadow',
      total(({ requests }) => requests),
    ),
    count(
      'of them not eligible for a copy',
      total(({ requests, accounts }) => requests - accounts.shadow.eligible),
      0,
    ),
    count(
      'copies not accounted for, noise included',
      total(({ accounts }) => openIn(accounts.shadow)) +
        total(({ accounts }) => openIn(accounts.noise)),
      0,
    ),
    ...reasons.map(([reason, copies]) => count(`copies ${reason}`, copies)),
    ...(noise.eligible > 0 ? [count("copies for V1's noise", noise.eligible)] : []),
  ]
}
