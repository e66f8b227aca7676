import { FlagSchema } from './schema-flag.ts'
import { PolicySchema } from './schema-policy.ts'
import { ProcessSchema } from './schema-process.ts'
import { RouteSchema } from './schema-route.ts'
import { durationFormat } from './units.ts'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** The texts of `schemas/*.json` by file name: what editors complete and check by. */
export function publishedSchemas(): Map<string, string> {
  const schemas = [ProcessSchema, RouteSchema, PolicySchema, FlagSchema]
  return new Map(
    schemas.map(schema => {
      const plain = JSON.parse(JSON.stringify(schema)) as { $id: string } & Record<string, Json>
      const published = {
        $schema: 'http://json-schema.org/draft-07/schema#',
        ...(asWritten(plain) as object),
      }
      return [plain.$id, `${JSON.stringify(published, null, 2)}\n`]
    }),
  )
}

/** Editors know nothing of a format of our own. */
function isPublic([key, value]: readonly [string, Json]): boolean {
  return key !== 'format' || value !== durationFormat
}

/** What an author has to write: a field with a default is there after loading but not required before. */
function asWritten(schema: Json): Json {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(asWritten)
  const copy = Object.fromEntries(
    Object.entries(schema)
      .filter(isPublic)
      .map(([key, value]) => [key, key === 'default' ? value : asWritten(value)]),
  )
  const { properties, required } = copy
  if (Array.isArray(required) && isObject(properties)) {
    const needed = required.filter(name => {
      const property = properties[String(name)]
      return !(isObject(property) && 'default' in property)
    })
    if (needed.length > 0) copy.required = needed
    else delete copy.required
  }
  return copy
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
