import { readFile } from 'node:fs/promises'
import { exampleFlag } from '../demo/example.ts'
import { setUpExampleFlag } from '../demo/unleash/example-flag.ts'
import { unleashAdmin } from '../demo/unleash/unleash-admin.ts'
import { exitCodes } from '../exit-codes.ts'

export interface SampleFlagOptions {
  /** Of Unleash. */
  readonly url: URL
  /** File with an admin token of it. */
  readonly tokenFile: string
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/** `switchback sample flag`: a strategy for each segment, beta users on V2; the exit code, 0 or 1. */
export async function setUpSampleFlag(options: SampleFlagOptions): Promise<number> {
  const { url, tokenFile, out, error } = options
  try {
    const token = (await readFile(tokenFile, 'utf8')).trim()
    if (!/^[!-~]+$/.test(token)) throw new Error('--token-file must hold one token')
    const admin = unleashAdmin(url.origin, token)
    const { features } = (await admin('GET', '/projects/default/features')) as {
      readonly features: readonly { readonly name: string }[]
    }
    if (features.some(({ name }) => name === exampleFlag)) {
      out(`${exampleFlag} is there already`)
      return exitCodes.done
    }
    await setUpExampleFlag({ admin })
  } catch (cause) {
    const { message, cause: behind } = cause as Error
    const why = behind instanceof Error ? `${message} (${behind.message})` : message
    error(`Cannot set up ${exampleFlag} in ${url.origin}: ${why}`)
    return exitCodes.refused
  }
  out(`${exampleFlag} is set up: V2 for beta users`)
  return exitCodes.done
}
