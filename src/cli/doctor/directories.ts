import { access, constants, mkdtemp, rmdir, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Judgement, ok, problem, warning } from './judgement.ts'

const MiB = 2 ** 20
/** Below the first nothing more is promised to fit; below the second somebody should look. */
const [leastBytes, fewBytes] = [64 * MiB, 256 * MiB]

/** File systems of other machines, by their numbers in statfs(2). */
const remote: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
}
const tmpfs = 16914836

export interface Room {
  readonly freeBytes: number
  /** Magic number of the file system, as statfs(2) lists them. */
  readonly type: number
}

/** `field` names the directory in switchback.yaml. */
export function judgeRoom({ freeBytes, type }: Room, field: string): Judgement[] {
  const found = `writable, ${Math.floor(freeBytes / MiB)} MiB free`
  const make = `make room, or choose another with ${field}`
  const room =
    freeBytes < leastBytes
      ? problem(found, make)
      : freeBytes < fewBytes
        ? warning(found, make)
        : ok(found)
  const name = remote[type]
  if (name !== undefined) {
    return [
      room,
      problem(
        `it is on ${name}, whose locks SQLite cannot rely on`,
        `choose a disk of this machine with ${field}`,
      ),
    ]
  }
  if (type === tmpfs) {
    return [
      room,
      warning(
        'it is in memory: switch backs and audit are forgotten when the machine starts anew',
        `choose a disk with ${field}`,
      ),
    ]
  }
  return [room]
}

/** Writes into a directory, or asks whether it could be made where it will be. Leaves nothing behind. */
export async function lookAtDirectory(path: string, field: string): Promise<readonly Judgement[]> {
  try {
    const there = await nearest(path)
    if (there === path) await rmdir(await mkdtemp(join(path, '.doctor-')))
    else await access(there, constants.W_OK)
    const { bavail, bsize, type } = await statfs(there)
    return judgeRoom({ freeBytes: bavail * bsize, type }, field)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return [
      problem(
        `cannot be written to: ${code}`,
        `give it to the user that runs the gateway (chown), or choose another with ${field}`,
      ),
    ]
  }
}

/** The directory, or the one nearest above it that is there. */
async function nearest(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const isThere = await access(at).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
    )
    if (isThere || at === dirname(at)) return at
  }
}
