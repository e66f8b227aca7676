/** One thing that a scenario measures. */
export interface Figure {
  /** In words, with its unit: `GETs that failed`, `ms from the first failure to the trip`. */
  readonly what: string
  /** Null where it did not come to pass, such as a trip that never was. */
  readonly value: number | null
  /** What is promised: not more than this. Absent: it is only told. */
  readonly most?: number
}

/** Whether a promise was kept; null for a figure that promises nothing. */
export function isKept({ value, most }: Figure): boolean | null {
  if (most === undefined) return null
  return value !== null && value <= most
}
