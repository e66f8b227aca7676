import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { readContext, readCopy, readDockerfile } from './dockerfile.ts'

export const root = join(import.meta.dirname, '../..')

const runFile = promisify(execFile)

/** What npm tells the scripts that it runs about their own package, which is not the one at hand here. */
const ofThisRun =
  /^(npm_(config_local_prefix|config_prefix|package_.*|lifecycle_.*|command)|INIT_CWD)$/

/** This environment, for npm in another directory, with the Node that runs the tests before any other. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const { PATH, ...env } = process.env
  const kept = Object.entries(env).filter(([name]) => !ofThisRun.test(name))
  const PATHs = [join(process.execPath, '..'), PATH]
  return { ...Object.fromEntries(kept), PATH: PATHs.join(':') }
}

export interface Image {
  /** Where all of it is. */
  readonly dir: string
  /** The file system of each stage, below which its paths are. */
  readonly stages: readonly string[]
  remove(): Promise<void>
}

/**
 * Does in a temporary directory what the Dockerfile says, stage by stage, on what `.dockerignore` lets in:
 * there is no container engine where the tests run. The installed packages are those of the checkout, and
 * nobody's owner is changed.
 */
export async function buildImage(): Promise<Image> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-image-'))
  const context = readContext(await readFile(join(root, '.dockerignore'), 'utf8'))
  const stages: string[] = []
  const names = new Map<string, string>()
  let workdir = '/'

  const below = (stage: string, path: string) =>
    join(stage, resolve(workdir, path)) + (path.endsWith('/') ? '/' : '')

  /** Of a folder what is in it, as COPY does. */
  async function copy(from: string, to: string): Promise<void> {
    const at = (await stat(from)).isFile() && to.endsWith('/') ? join(to, basename(from)) : to
    await cp(from, at, { recursive: true, verbatimSymlinks: true })
  }

  for (const { name, value, stage: number } of readDockerfile(
    await readFile(join(root, 'Dockerfile'), 'utf8'),
  )) {
    const here = join(dir, `stage-${number}`)
    if (name === 'FROM') {
      stages.push(here)
      workdir = '/'
      names.set(/ AS (\w+)$/.exec(value)?.[1] ?? '', here)
    } else if (name === 'WORKDIR') {
      workdir = value
      await mkdir(below(here, '.'), { recursive: true })
    } else if (name === 'COPY') {
      const { from, sources, to } = readCopy(value)
      for (const source of sources) {
        if (from !== null) await copy(join(names.get(from) ?? '', source), below(here, to))
        else if (source === '.') {
          for (const each of context) await copy(join(root, each), join(below(here, to), each))
        } else if (context.includes(source)) await copy(join(root, source), below(here, to))
        else throw new Error(`COPY ${source}: .dockerignore must let it in`)
      }
    } else if (name === 'RUN') await runStep(value, below(here, '.'))
  }
  return { dir, stages, remove: () => rm(dir, { recursive: true }) }
}

/** A step of the build, or what stands for it here. */
async function runStep(value: string, cwd: string): Promise<void> {
  const [first = '', ...others] = value.split(' && ')
  if (first.startsWith('npm ci '))
    await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'))
  else if (first === 'npm run build') {
    await runFile('npm', ['run', 'build'], { cwd, env: npmEnvironment() })
    // Never here: it would prune the packages of the checkout.
    if (others.some(other => !other.startsWith('npm prune '))) throw new Error(`unknown: ${value}`)
  } else if (!first.startsWith('mkdir '))
    throw new Error(`RUN ${value}: nothing stands for it here`)
}
