import type { Change } from './change.ts'

/** Changes that are kept for those who come back, and the UTF-16 units of their texts; the oldest go first. */
export const keptChanges = 1000
const keptLength = 1_048_576

/** Where a reader begins. */
export interface Beginning {
  /** It has had the changes up to this number. */
  readonly after: number
  /** Whether it has missed some since the id that it named. */
  readonly missed: boolean
}

/** What follows a number: a change, nothing yet, or something that is not kept any more. */
export type Following = { readonly number: number; readonly text: string } | null | 'gone'

export interface ChangeLogDeps {
  readonly machine: string
  /** Tells the numbers of this process from those of others, also of its own life before. */
  readonly epoch: string
}

/**
 * The last changes, numbered, as the texts that every reader is sent: however many read, each is
 * written once, and a reader is no more than a number.
 */
export function createChangeLog({ machine, epoch }: ChangeLogDeps) {
  const texts: string[] = []
  let length = 0
  let newest = 0
  const listeners = new Set<() => void>()

  const oldest = () => newest - texts.length + 1
  const written = (event: string, number: number, data: object) =>
    `id: ${epoch}-${number}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`

  return {
    publish({ type, data }: Change): void {
      const text = written(type, ++newest, data)
      texts.push(text)
      length += text.length
      while (texts.length > 1 && (texts.length > keptChanges || length > keptLength)) {
        length -= texts.shift()?.length ?? 0
      }
      for (const hear of listeners) hear()
    },
    /** Where somebody begins who names the last id that it has had; undefined: at what comes next. */
    beginningAfter(id: string | undefined): Beginning {
      if (id === undefined) return { after: newest, missed: false }
      const [, of, digits] = /^(.+)-(\d{1,15})$/.exec(id) ?? []
      const after = Number(digits)
      const isKept = of === epoch && after <= newest && after >= oldest() - 1
      return isKept ? { after, missed: false } : { after: newest, missed: true }
    },
    /** The first words of a stream. */
    opening: ({ after, missed }: Beginning): string =>
      written('opened', after, { machine, missed }),
    following(after: number): Following {
      if (after >= newest) return null
      const text = texts[after + 1 - oldest()]
      return text === undefined ? 'gone' : { number: after + 1, text }
    },
    /** Hears of each change once it is there; until the returned function is called. */
    onChange(hear: () => void): () => void {
      listeners.add(hear)
      return () => void listeners.delete(hear)
    },
  }
}

export type ChangeLog = ReturnType<typeof createChangeLog>
