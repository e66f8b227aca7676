/** What belongs to a host name that a client asks for; undefined where nothing does. */
export type FindByName<T> = (name: string) => T | undefined

/**
 * Makes the choice by server name (SNI, RFC 6066 section 3). A whole name goes before `*.example.com`,
 * which stands for exactly one label more; of two that claim a name, the first has it.
 */
export function byServerName<T>(
  entries: readonly { readonly names: readonly string[]; readonly value: T }[],
): FindByName<T> {
  const found = new Map<string, T>()
  for (const { names, value } of entries) {
    for (const name of names) if (!found.has(name)) found.set(name, value)
  }
  return asked => {
    const name = asked.toLowerCase()
    const dot = name.indexOf('.')
    return found.get(name) ?? (dot > 0 ? found.get(`*${name.slice(dot)}`) : undefined)
  }
}
