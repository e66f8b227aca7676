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

/** Milliseconds as people read them: `0.8 ms`, `12 ms`, `1.2 s`. */
export function msText(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toPrecision(3))} s`
  return `${Number(ms.toPrecision(ms < 10 ? 2 : 3))} ms`
}

/** How often in a second: `0.2/s`, `120/s`. */
export function rateText(perSecond: number): string {
  return `${Number(perSecond.toPrecision(perSecond < 10 ? 2 : 3)).toLocaleString('en-US')}/s`
}
