/** Text that is HTML already. */
export interface Html {
  readonly html: string
}

type Value = Html | string | number | readonly Value[] | null

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Template for HTML: whatever is put in is escaped, unless it was made by this function. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return {
    html: parts.map((part, i) => part + (i < values.length ? written(values[i]) : '')).join(''),
  }
}

function written(value: Value | undefined): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(written).join('')
  if (typeof value === 'object' && 'html' in value) return value.html
  return String(value).replace(/[&<>"']/g, character => escapes[character] ?? '')
}
