/**
 * A text that is sent as the value of a header (RFC 9110 section 5.5). One with a line break in it, as files
 * have them, would not only never be sent: fetch names it whole in its error, which is told to people.
 */
export const headerValue = {
  pattern: '^[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?$',
  title: 'printable ASCII without space at its ends',
} as const
