/** Reads a whole number above 0 from the command line; ends the process with 1 and says why when it is none. */
export function positiveInteger(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  process.stderr.write(`Cannot run: --${name} must be a whole number above 0, received ${text}\n`)
  process.exit(1)
}

/** What `--only a,b` names, in the order of `all`; all of them without it. Throws where there is no such thing. */
export function chosenOf<T extends { readonly name: string }>(
  only: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (only === undefined) return all
  const names = only.split(',')
  const unknown = names.find(name => !all.some(each => each.name === name))
  if (unknown !== undefined) {
    const known = all.map(({ name }) => name).join(', ')
    throw new Error(`Cannot run: --only must be among ${known}; received ${unknown}`)
  }
  return all.filter(({ name }) => names.includes(name))
}
