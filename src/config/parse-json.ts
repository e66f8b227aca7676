/**
 * What is wrong with a JSON text (RFC 8259) and where, as a character offset; null when nothing is.
 * Needed beside the YAML parser, which also takes comments, bare words and trailing commas.
 */
export function jsonSyntaxProblem(text: string): { message: string; offset: number } | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const position = / in JSON at position (\d+)/.exec(message)
    if (position === null) return { message: 'it ends too early', offset: text.trimEnd().length }
    return { message: message.slice(0, position.index), offset: Number(position[1]) }
  }
}
