/** What becomes of an upstream's answer headers before they reach the client: a new flat list, names lower-case. */
export type Dress = (headers: readonly string[]) => string[]

export interface DressRules {
  /** The policy has `cors`: what an upstream says about that is not said. */
  readonly cors: boolean
  /** Flat pairs; each is added where the upstream sent none of that name. */
  readonly missing: readonly string[]
}

/** Null where nothing is to be done. */
export function createDress({ cors, missing }: DressRules): Dress | null {
  if (!cors && missing.length === 0) return null
  const names = missing.filter((_, i) => i % 2 === 0)

  return headers => {
    const dressed: string[] = []
    /** A bit for each of `names`. */
    let sent = 0
    let vary: string | null = null
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at] as string
      const value = headers[at + 1] as string
      if (cors && name.startsWith('access-control-')) continue
      if (cors && name === 'vary') {
        vary = vary === null ? value : `${vary}, ${value}`
        continue
      }
      const known = names.indexOf(name)
      if (known !== -1) sent |= 1 << known
      dressed.push(name, value)
    }
    if (cors) dressed.push('vary', withOrigin(vary))
    for (let i = 0; i < names.length; i++) {
      if ((sent & (1 << i)) === 0)
        dressed.push(missing[2 * i] as string, missing[2 * i + 1] as string)
    }
    return dressed
  }
}

/** RFC 9110 section 12.5.5: a `*` says it of everything already. */
function withOrigin(vary: string | null): string {
  if (vary === null) return 'Origin'
  const named = vary.split(',').map(name => name.trim().toLowerCase())
  return named.includes('origin') || named.includes('*') ? vary : `${vary}, Origin`
}
