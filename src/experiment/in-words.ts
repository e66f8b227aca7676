import type { ExperimentRule } from '../config/experiment-rule.ts'
import type { ExperimentFinding } from './finding.ts'

/**
 * Where an experiment stands, such as `conversion: V2 − V1 = +0.3 points (−0.1 … +0.7, 95 %, valid while
 * watched), 8,120 of 10,000 users, 3 of 7 days`.
 */
export function experimentInWords(rule: ExperimentRule, finding: ExperimentFinding): string {
  return `${rule.name}: ${differenceInWords(rule, finding)}, ${progressInWords(rule, finding)}`
}

function differenceInWords(rule: ExperimentRule, finding: ExperimentFinding): string {
  const { interval, v1, v2 } = finding
  if (interval === null) {
    const users = Math.min(v1.users, v2.users)
    return users === 0
      ? 'no user of V1 and of V2 can be compared yet'
      : v1.mean === 0 && v2.mean === 0
        ? 'it happened for nobody, or nobody tells of it'
        : 'too few users to say anything'
  }
  const unit = rule.of === 'share' ? ' points' : ''
  const shown = (value: number) => signed(rule.of === 'share' ? value * 100 : value)
  const range = `${shown(interval.low)} … ${shown(interval.high)}`
  const confidence = `${number((1 - rule.alpha) * 100)} %`
  return `V2 − V1 = ${shown(interval.difference)}${unit} (${range}, ${confidence}, valid while watched)`
}

function progressInWords(rule: ExperimentRule, finding: ExperimentFinding): string {
  const { v1, v2, missingMs } = finding
  const users = Math.min(v1.users, v2.users, rule.users)
  const lasted = rule.forMs - missingMs
  return `${count(users)} of ${count(rule.users)} users, ${timeOf(lasted, rule.forMs)}`
}

const units = [
  ['days', 86_400_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const

/** `3 of 7 days`: in the largest unit of which there are two at least. */
function timeOf(lasted: number, whole: number): string {
  const [name, size] = units.find(([, unit]) => whole >= 2 * unit) ?? ['seconds', 1000]
  return `${number(Math.floor((lasted / size) * 10) / 10)} of ${number(whole / size)} ${name}`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** With as many digits as say something. */
function number(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
}

function signed(value: number): string {
  const text = number(Math.abs(value))
  return text === '0' ? text : `${value < 0 ? '−' : '+'}${text}`
}
