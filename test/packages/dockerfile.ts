/** One instruction of a Dockerfile, its line breaks undone. */
export interface Instruction {
  /** In capitals, such as COPY. */
  readonly name: string
  /** What stands behind the name. */
  readonly value: string
  /** The stage it is in, from 0; -1 before the first FROM. */
  readonly stage: number
}

/** The instructions of a Dockerfile in their order; comments and parser directives left out. */
export function readDockerfile(text: string): Instruction[] {
  const whole = text
    .split('\n')
    .filter(line => !/^\s*#/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
  let stage = -1
  return whole
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [, name = '', value = ''] = /^([A-Za-z]+)\s+(.*)$/.exec(line) ?? []
      if (name.toUpperCase() === 'FROM') stage++
      return { name: name.toUpperCase(), value, stage }
    })
}

export interface Copy {
  /** Name of the stage that it copies from; null for the build context. */
  readonly from: string | null
  readonly sources: readonly string[]
  readonly to: string
}

/** What a COPY copies, and where to. */
export function readCopy(value: string): Copy {
  const [, from = null, rest = ''] = /^(?:--from=(\S+) )?(.*)$/.exec(value) ?? []
  const sources = rest.split(/\s+/)
  return { from, to: sources.pop() ?? '', sources }
}

/**
 * Which entries of the top folder a build is given. The `.dockerignore` must be of one kind, which
 * cannot leak by accident: everything is left out (`*`), then entries are let in by name (`!src`).
 */
export function readContext(dockerignore: string): string[] {
  const [first, ...others] = dockerignore.split('\n').filter(line => line !== '')
  if (first !== '*') throw new Error(`.dockerignore must begin with *, received ${first}`)
  return others.map(line => {
    const [, name] = /^!([\w.-]+)$/.exec(line) ?? []
    if (name === undefined) throw new Error(`.dockerignore must let in by name, received ${line}`)
    return name
  })
}
