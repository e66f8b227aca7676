/**
 * Control characters, what ends a line, what turns the direction of writing and what cannot be seen: V2
 * chose the names and values of its answers, and a terminal obeys what it is sent.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The text with whatever could do more than be seen written as `\u{1b}`. */
export function printable(text: string): string {
  return text.replace(
    unprintable,
    character => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  )
}
