import type { MappingConfig } from '../../src/config/schema-mapping.ts'

export const mappingProgram = new URL('../../src/pipeline/mapping-thread.ts', import.meta.url)

type Partly<T> = { readonly [Key in keyof T]?: Partial<T[Key]> }

/** A mapping as the configuration has it once defaults are filled in. */
export function mappingConfig({
  request,
  response,
  ...rest
}: Partly<Pick<MappingConfig, 'request' | 'response'>> &
  Partial<Omit<MappingConfig, 'request' | 'response'>>): MappingConfig {
  const headers = { set: {}, remove: [], rename: {} }
  return {
    paths: [],
    query: {},
    maxBodyBytes: 1_048_576,
    timeoutMs: 1000,
    ...rest,
    request: { headers, ...request },
    response: { headers, ...response },
  }
}
