/** Progress goes to stderr, so that stdout is the report alone. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
