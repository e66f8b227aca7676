import { LongNumber } from './json-type.ts'

type JsonNumber = number | LongNumber

/** Whether V2's number is V1's, or no further from it than a share of V1's. */
export function equalNumbers(v1: JsonNumber, v2: JsonNumber, tolerance: number): boolean {
  if (v1 === v2) return true
  if (v1 instanceof LongNumber && v2 instanceof LongNumber) {
    if (v1.text === v2.text) return true
    if (tolerance === 0) return false
  }
  const [a, b] = [doubleOf(v1), doubleOf(v2)]
  if (a === b) return typeof v1 === 'number' || typeof v2 === 'number' || Number.isFinite(a)
  if (tolerance === 0 || !Number.isFinite(a) || !Number.isFinite(b)) return false
  // The last digit of a double must not decide: 0.1 and 0.101 are 1 % apart.
  const slack = Number.EPSILON * Math.max(Math.abs(a), Math.abs(b))
  return Math.abs(b - a) <= tolerance * Math.abs(a) + slack
}

function doubleOf(number: JsonNumber): number {
  return typeof number === 'number' ? number : Number(number.text)
}
