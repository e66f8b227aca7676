/** Characters of a pointer; a longer one is told by its beginning. */
const longestPointer = 256

/** A pointer that is too long ends at the last whole token that fits, with all below it as one. */
export function shortPointer(pointer: string): string {
  if (pointer.length <= longestPointer) return pointer
  const kept = pointer.slice(0, longestPointer - 2)
  return `${kept.slice(0, Math.max(0, kept.lastIndexOf('/')))}/*`
}
