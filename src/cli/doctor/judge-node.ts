import { type Judgement, ok, warning } from './judgement.ts'

/** `version` such as `26.10.0`. One that is too old does not come this far, see main.ts. */
export function judgeNode(version: string): Judgement {
  const major = Number.parseInt(version, 10)
  if (major % 2 === 0) return ok(version)
  return warning(
    `${version}, a release line without long-term support`,
    `run Node ${major + 1}, or ${major - 1}, which get security fixes for years`,
  )
}
