import type { Percent } from '../../config/rollout-rule.ts'

/** `25 %`, or of several strategies `testers 100 %, everyone 25 %`. */
export function percentText(percent: Percent): string {
  return typeof percent === 'number'
    ? `${percent} %`
    : Object.entries(percent)
        .map(([title, each]) => `${title} ${each} %`)
        .join(', ')
}

/** `12,345` */
export function countText(value: number): string {
  return value.toLocaleString('en-US')
}

/** A share of 0 to 1 in percent with no more digits than mean something: `0.42 %`, `12 %`. */
export function shareText(share: number): string {
  const percent = share * 100
  return `${Number(percent.toPrecision(percent < 10 ? 2 : 3))} %`
}
