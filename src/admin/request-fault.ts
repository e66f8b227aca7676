/** The part of a schema validator's error that its wording needs; the validator is asked for all of it. */
export interface SchemaFault {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly parentSchema?: { readonly title?: string; readonly type?: string }
  readonly data?: unknown
}

/** Characters of a received value that are told. */
const shownLength = 80

/** The first fault of a request in words: field, rule and value. */
export function requestFaultInWords(faults: readonly SchemaFault[], part: string): string {
  const [fault] = faults
  if (fault === undefined) return `Cannot read the request: ${part} must be valid`
  const { keyword, instancePath, params, parentSchema = {}, data } = fault
  const at = instancePath.slice(1).replaceAll('/', '.')
  const within = (name: unknown) => (at === '' ? String(name) : `${at}.${name}`)
  if (keyword === 'required') {
    return `Cannot read the request: ${within(params.missingProperty)} must be present, received nothing`
  }
  if (keyword === 'additionalProperties') {
    const name = within(params.additionalProperty)
    return `Cannot read the request: ${name} must be left out, it is no field of the ${part}`
  }
  const rule = parentSchema.title ?? (parentSchema.type === 'object' ? 'an object' : 'valid')
  return `Cannot read the request: ${at || part} must be ${rule}, received ${shown(data)}`
}

function shown(data: unknown): string {
  const text = data === undefined ? 'nothing' : JSON.stringify(data)
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text
}
