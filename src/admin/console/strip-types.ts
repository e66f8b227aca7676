/**
 * JavaScript of an erasable TypeScript source, each character where it stood. Only a checkout has
 * sources in TypeScript, and only there is the package that does it: a build has stripped them already.
 */
export async function stripTypes(source: string): Promise<string> {
  const { transformSync } = await import('amaro')
  return transformSync(source, { mode: 'strip-only' }).code
}
