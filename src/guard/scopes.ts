/** Endpoints or values of a property that a budget tells apart; all further ones share one. */
export const maxScopes = 64
export const otherScopes = 'other'

/** One `Part` for each scope of a budget, made when it first occurs. */
export function createScopes<Part>(make: (scope: string | null) => Part) {
  const parts = new Map<string | null, Part>()
  return {
    of(scope: string | null): Part {
      const known = parts.get(scope)
      if (known !== undefined) return known
      const named = scope === null || parts.size < maxScopes ? scope : otherScopes
      const part = parts.get(named) ?? make(named)
      parts.set(named, part)
      return part
    },
    all: (): readonly Part[] => [...parts.values()],
  }
}

export type Scopes<Part> = ReturnType<typeof createScopes<Part>>
