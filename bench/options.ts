/** Reads a whole number above 0 from the command line; ends the process with 1 and says why when it is none. */
export function positiveInteger(name: string, text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  process.stderr.write(`Cannot run: --${name} must be a whole number above 0, received ${text}\n`)
  process.exit(1)
}
