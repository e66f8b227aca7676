import { type Static, type TSchema, Type } from 'typebox'
import {
  durationFormat,
  durationPattern,
  durationTitle,
  sharePattern,
  shareTitle,
} from './units.ts'

/**
 * Either a fixed word or an object, told apart by the shape of the value and not by trying both, so
 * that a mistake inside the object is one fault about that mistake. A plain union reports every
 * branch, and Ajv fills in no defaults inside it.
 */
export function wordOrObject<const Word extends string, Shape extends TSchema>(
  word: Word,
  shape: Shape,
  options: { readonly title: string; readonly description: string },
) {
  return Type.Unsafe<Word | Static<Shape>>({
    if: { type: 'object' },
    // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword, never awaited
    then: shape,
    else: { enum: [word], title: options.title },
    description: options.description,
  })
}

/** A time as text with its unit; rooms get it in milliseconds, see rules.ts. */
export function duration(options: { readonly default?: string; readonly description: string }) {
  const form = { pattern: durationPattern, format: durationFormat, title: durationTitle }
  return Type.String({ ...form, ...options })
}

/** A share as text in percent; rooms get it as 0 to 1, see rules.ts. */
export function share(options: { readonly default?: string; readonly description: string }) {
  return Type.String({ pattern: sharePattern, title: shareTitle, ...options })
}
