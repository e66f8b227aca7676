/** JSON Schema of a text in a body; its title is its rule in words. */
export function text({ most, least = 0 }: { readonly most: number; readonly least?: number }) {
  return {
    type: 'string',
    minLength: least,
    maxLength: most,
    // Logs, tables and chat messages show it: it cannot start a line of its own.
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$',
    title: `${least > 0 ? `${least} to` : 'at most'} ${most} characters on one line`,
  }
}
