/** A caller as the form has it; what is left empty is not said. */
export interface CallerInForm {
  readonly user?: string
  readonly session?: string
  readonly address?: string
  readonly properties: Readonly<Record<string, string>>
}

const fields = ['user', 'session', 'address'] as const

/** Prefix of the fields that are properties of the caller. */
export const propertyField = 'property.'

export function callerOf(form: FormData): CallerInForm {
  const said = [...form].flatMap(([name, value]): [string, string][] => {
    const text = String(value).trim()
    return text === '' ? [] : [[name, text]]
  })
  const properties = said.flatMap(([name, text]): [string, string][] =>
    name.startsWith(propertyField) ? [[name.slice(propertyField.length), text]] : [],
  )
  return {
    ...Object.fromEntries(said.filter(([name]) => (fields as readonly string[]).includes(name))),
    properties: Object.fromEntries(properties),
  }
}
