import { type Static, type TSchema, Type } from 'typebox'

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
