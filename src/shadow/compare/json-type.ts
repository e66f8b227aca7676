/** An integer that no double holds exactly, or a number beyond all doubles: as its digits were sent. */
export class LongNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object'

export function jsonTypeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value as 'boolean' | 'number' | 'string'
  if (Array.isArray(value)) return 'array'
  return value instanceof LongNumber ? 'number' : 'object'
}

export function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null || value instanceof LongNumber
}
