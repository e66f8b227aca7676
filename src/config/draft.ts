/**
 * A configuration value of which any part may be missing because it broke its schema. The rules that
 * look across fields and files run on drafts, so that they report beside the schema's own faults.
 */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly (Draft<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T
