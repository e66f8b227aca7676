/** `12 ms`, or a dash where nothing was measured. */
export function millisecondsText(milliseconds: number | null): string {
  return milliseconds === null ? '–' : `${milliseconds.toFixed(0)} ms`
}

/** `part` of `whole` as `26.2 %`, or a dash without a whole. */
export function shareText(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part / whole) * 100).toFixed(1)} %`
}
