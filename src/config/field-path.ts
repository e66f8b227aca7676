/** Where a value stands in a document: keys and list indexes from the root. */
export type FieldPath = readonly (string | number)[]

/** `['urls', 1]` → `urls[1]`, the form that faults show. */
export function fieldName(path: FieldPath): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join('')
}

/** The value at `path`, or undefined where there is none. */
export function valueAt(tree: unknown, path: FieldPath): unknown {
  let value = tree
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string | number, unknown>)[step]
  }
  return value
}

/** Puts `value` in the place of what is at `path`; the place must exist. */
export function setAt(tree: unknown, path: FieldPath, value: unknown): void {
  const parent = valueAt(tree, path.slice(0, -1))
  const step = path.at(-1)
  if (typeof parent !== 'object' || parent === null || step === undefined) return
  Object.defineProperty(parent, step, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}

/** A JSON Pointer (RFC 6901) into `tree` as a path; digits are an index only where a list stands. */
export function pathOfPointer(pointer: string, tree: unknown): FieldPath {
  const path: (string | number)[] = []
  for (const token of pointer.split('/').slice(1)) {
    const step = token.replaceAll('~1', '/').replaceAll('~0', '~')
    path.push(Array.isArray(valueAt(tree, path)) ? Number(step) : step)
  }
  return path
}
