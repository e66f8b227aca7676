/**
 * What outlives a reload that leaves it alone: parts by the key of what they are made from. A new
 * configuration takes the parts it needs, old or new, and changes nothing until it is put into force.
 */
export function createReusedParts<Part>() {
  let inForce = new Map<string, Part>()

  return {
    prepare() {
      const next = new Map<string, Part>()
      return {
        take(key: string, create: () => Part): Part {
          const part = next.get(key) ?? inForce.get(key) ?? create()
          next.set(key, part)
          return part
        },
        /** Puts the parts taken into force; returns those that are not needed any more. */
        commit(): Part[] {
          const leaving = [...inForce].filter(([key]) => !next.has(key))
          inForce = next
          return leaving.map(([, part]) => part)
        },
        /** Returns the parts that were made for nothing. */
        discard(): Part[] {
          return [...next].filter(([key]) => !inForce.has(key)).map(([, part]) => part)
        },
      }
    },
    /** Forgets all and returns what there was. */
    clear(): Part[] {
      const all = [...inForce.values()]
      inForce = new Map()
      return all
    },
  }
}
