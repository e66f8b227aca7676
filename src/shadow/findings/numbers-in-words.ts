/** `12,345` */
export function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `0.52 %` */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`
}

/** `3.1`, without more digits than a bucket is wide. */
export function milliseconds(ms: number): string {
  return String(Number(ms.toPrecision(2)))
}
