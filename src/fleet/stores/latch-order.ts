/**
 * A text as hex digits that sort as JavaScript sorts the text, by UTF-16 code units. Databases compare
 * otherwise, by bytes or by their locale; the last tie between two latches must be decided the same
 * way everywhere.
 */
export function sortable(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex')
}
