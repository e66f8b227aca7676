import type { CopyTotals, ShadowedRoute } from '../fleet/gateway-status.ts'
import { printable } from './printable.ts'

/** What shadowing a route shows: what became of the copies, what came of comparing, and the worst of it. */
export function shadowLines(shadowed: ShadowedRoute): string[] {
  const { route, shadow, noise, compared, notCompared, mismatchRate, real, worst } = shadowed
  const rate =
    mismatchRate === null
      ? 'nothing of late'
      : `${Number((mismatchRate * 100).toPrecision(3))} % mismatch of late`
  const lines = [
    `  ${route}  copies: ${copiesInWords(shadow)}; V1 twice: ${copiesInWords(noise)}`,
    `    ${compared} pairs compared, ${notCompared} not; ${rate}`,
  ]
  if (worst !== null) lines.push(`    ${real} REAL, the worst: ${printable(worst)}`)
  return lines
}

function copiesInWords({ eligible, sent, dropped, failed }: CopyTotals): string {
  const ended = [
    `${sent} sent`,
    `${reasonsInWords(dropped)} dropped`,
    `${reasonsInWords(failed)} failed`,
  ]
  return `${eligible} of which ${ended.join(', ')}`
}

/** `3 (2 in-flight, 1 body-too-large)` */
function reasonsInWords(counts: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(counts)
  const sum = reasons.reduce((total, [, count]) => total + count, 0)
  return sum === 0
    ? '0'
    : `${sum} (${reasons.map(([reason, count]) => `${count} ${reason}`).join(', ')})`
}
