import { type ConfigDocument, type DocumentKind, received } from './document.ts'
import { type FieldPath, fieldName, valueAt } from './field-path.ts'

/** A file as written, and what it comes to with every default. */
export interface WrittenDocument {
  readonly document: ConfigDocument
  readonly whole: unknown
}

/** One field that a configuration says otherwise than another does, or a whole file of it. */
export interface ConfigChange {
  readonly kind: DocumentKind
  /** File name without its ending. */
  readonly name: string
  readonly what: 'added' | 'removed' | 'changed'
  /** Where it stands in the new files; in the old ones for what they alone have. 1-based. */
  readonly file: string
  readonly line: number
  /** Empty for a whole file. */
  readonly field: string
  /** As faults show values; null where there is none, and for whole files. */
  readonly before: string | null
  readonly after: string | null
}

const kinds: readonly DocumentKind[] = ['process', 'route', 'policy', 'flag']

/**
 * What two configurations say differently, by kind of file, name and field. A default that is written
 * out is no change. Items of lists that both have are passed over; of the others the first is held
 * against the first.
 */
export function configChanges(
  before: readonly WrittenDocument[],
  after: readonly WrittenDocument[],
): ConfigChange[] {
  const keyOf = ({ document: { kind, name } }: WrittenDocument) => `${kind} ${name}`
  const old = new Map(before.map(each => [keyOf(each), each]))
  const now = new Map(after.map(each => [keyOf(each), each]))
  const keys = [...new Set([...old.keys(), ...now.keys()])].toSorted()
  const changes = keys.flatMap(key => documentChanges(old.get(key), now.get(key)))
  return kinds.flatMap(kind => changes.filter(change => change.kind === kind))
}

function documentChanges(before?: WrittenDocument, after?: WrittenDocument): ConfigChange[] {
  const there = after ?? before
  if (there === undefined) return []
  if (before === undefined || after === undefined) {
    const { kind, name, file } = there.document
    const what = before === undefined ? 'added' : 'removed'
    return [{ kind, name, what, file, line: 1, field: '', before: null, after: null }]
  }
  return fieldChanges({ document: before, path: [] }, { document: after, path: [] })
}

/** A place in a document; its path may differ in the other one, where a list has shifted. */
interface Place {
  readonly document: WrittenDocument
  readonly path: FieldPath
}

function fieldChanges(before: Place, after: Place): ConfigChange[] {
  const [old, now] = [valueIn(before), valueIn(after)]
  if (isSame(old, now)) return []
  if (isRecord(old) && isRecord(now)) {
    const keys = new Set([...Object.keys(old), ...Object.keys(now)])
    return [...keys].flatMap(key => fieldChanges(below(before, key), below(after, key)))
  }
  if (Array.isArray(old) && Array.isArray(now)) {
    const [gone, come] = [without(old, now), without(now, old)]
    const pairs = Math.max(gone.length, come.length)
    // Only their order is another.
    if (pairs === 0) return [changeAt(before, after)]
    return Array.from({ length: pairs }).flatMap((_, i) =>
      fieldChanges(below(before, gone[i] ?? old.length), below(after, come[i] ?? now.length)),
    )
  }
  return [changeAt(before, after)]
}

function changeAt(before: Place, after: Place): ConfigChange {
  const [old, now] = [valueIn(before), valueIn(after)]
  const { document, path } = now === undefined ? before : after
  const { kind, name, file, position } = document.document
  return {
    kind,
    name,
    what: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed',
    file,
    line: position(path, 'value').line,
    field: fieldName(path),
    before: shownAt(before),
    after: shownAt(after),
  }
}

/** Secrets as `***`, and a default as the default it is. */
function shownAt(place: Place): string | null {
  const value = valueIn(place)
  if (value === undefined) return null
  const written = valueAt(place.document.document.shown, place.path)
  return written === undefined ? received(value) : received(written)
}

function valueIn({ document, path }: Place): unknown {
  return valueAt(document.whole, path)
}

function below({ document, path }: Place, step: string | number): Place {
  return { document, path: [...path, step] }
}

/** Indexes of the items that `other` lacks, or has fewer of. */
function without(items: readonly unknown[], other: readonly unknown[]): number[] {
  const left = other.map(item => JSON.stringify(item))
  return items.flatMap((item, i) => {
    const at = left.indexOf(JSON.stringify(item))
    if (at === -1) return [i]
    left.splice(at, 1)
    return []
  })
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
