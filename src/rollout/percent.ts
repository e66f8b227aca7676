import type { Percent } from '../config/rollout-rule.ts'

/** By strategy; that of the only one under no title. */
function sharesOf(percent: Percent): Readonly<Record<string, number>> {
  return typeof percent === 'number' ? { '': percent } : percent
}

export function isSamePercent(a: Percent, b: Percent): boolean {
  return reaches(a, b) && reaches(b, a)
}

/** Whether both are of the same strategies: where a plan was changed, what is remembered may not be. */
export function isOfSame(a: Percent, b: Percent): boolean {
  const titles = Object.keys(sharesOf(a))
  const others = sharesOf(b)
  return titles.length === Object.keys(others).length && titles.every(each => each in others)
}

/** Whether no strategy says less than it is to. */
export function reaches(percent: Percent, wanted: Percent): boolean {
  const shares = sharesOf(percent)
  return Object.entries(sharesOf(wanted)).every(([title, share]) => (shares[title] ?? 0) >= share)
}

export function isNobody(percent: Percent): boolean {
  return Object.values(sharesOf(percent)).every(share => share === 0)
}

/** What the flag is to say where it must say `wanted` at least: nobody loses V2 who has it. */
export function raisedTo(percent: Percent, wanted: Percent): Percent {
  if (typeof percent === 'number') return Math.max(percent, ...Object.values(sharesOf(wanted)))
  const shares = sharesOf(wanted)
  return Object.fromEntries(
    Object.entries(percent).map(([title, share]) => [title, Math.max(share, shares[title] ?? 0)]),
  )
}

/** Whether each strategy says what it said or what it was told to: nobody else had a hand in it. */
export function isBetween(percent: Percent, from: Percent, to: Percent): boolean {
  const [before, wanted] = [sharesOf(from), sharesOf(to)]
  return Object.entries(sharesOf(percent)).every(
    ([title, share]) => share === before[title] || share === wanted[title],
  )
}

/** Titles of the strategies that say more by now. */
export function raisedIn(from: Percent, to: Percent): readonly string[] {
  const before = sharesOf(from)
  return Object.entries(sharesOf(to)).flatMap(([title, share]) =>
    share > (before[title] ?? 0) ? [title] : [],
  )
}

/** What one of the strategies says. */
export function shareIn(percent: Percent, title: string): number {
  return sharesOf(percent)[title] ?? 0
}

/** `25 %`, or `testers 100 %, enterprise 25 %`. */
export function percentInWords(percent: Percent): string {
  return Object.entries(sharesOf(percent))
    .map(([title, share]) => `${title} ${share} %`.trimStart())
    .join(', ')
}

/** Of several strategies only those with these titles. */
export function onlyOf(percent: Percent, titles: readonly string[]): Percent {
  if (typeof percent === 'number') return percent
  return Object.fromEntries(titles.map(title => [title, percent[title] ?? 0]))
}

/** `10 % → 25 %`, or of each strategy that changes: `enterprise 0 % → 25 %`. */
export function moveInWords(from: Percent, to: Percent): string {
  const before = sharesOf(from)
  return Object.entries(sharesOf(to))
    .filter(([title, share]) => share !== before[title])
    .map(([title, share]) => `${title} ${before[title] ?? 0} % → ${share} %`.trimStart())
    .join(', ')
}
