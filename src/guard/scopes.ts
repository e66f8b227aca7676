/** Endpoints or values of a property that a budget tells apart; all further ones share one. */
export const maxScopes = 64
export const otherScopes = 'other'

/** A name goes from machine to machine with each report, and a caller may have chosen it. */
const maxNameLength = 120

/** One `Part` for each scope of a budget, made when it first occurs. */
export function createScopes<Part>(make: (scope: string | null) => Part) {
  const parts = new Map<string | null, Part>()
  /** Without the one that is shared. */
  let opened = 0

  function open(scope: string | null): Part {
    const part = make(scope)
    parts.set(scope, part)
    if (scope !== otherScopes) opened++
    return part
  }

  return {
    /** `mayOpen` false: a scope not known yet goes to those that share one. */
    of(scope: string | null, mayOpen = true): Part {
      const known = parts.get(scope)
      if (known !== undefined) return known
      const short = scope === null ? null : shortened(scope)
      const mayBeNew = mayOpen && opened < maxScopes
      const named = short === null || mayBeNew || parts.has(short) ? short : otherScopes
      return parts.get(named) ?? open(named)
    },
    all: (): readonly Part[] => [...parts.values()],
  }
}

export type Scopes<Part> = ReturnType<typeof createScopes<Part>>

function shortened(scope: string): string {
  return scope.length > maxNameLength ? `${scope.slice(0, maxNameLength - 1)}…` : scope
}
