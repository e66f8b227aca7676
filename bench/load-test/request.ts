/** One request, ready to be sent to whatever target. */
export interface Request {
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  /** Empty for none. */
  readonly body: string
}

/** How many callers `{n}` stands for. */
export const callers = 200

/** The requests that are sent in turn: 200 where `{n}` stands anywhere, one otherwise. */
export function requestsOf(template: Request): readonly Request[] {
  const text = JSON.stringify(template)
  if (!text.includes('{n}')) return [template]
  return Array.from({ length: callers }, (_, n) => JSON.parse(text.replaceAll('{n}', String(n))))
}
