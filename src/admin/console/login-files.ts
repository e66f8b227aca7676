import type { FastifyInstance } from 'fastify'
import { answerFile } from './answer-file.ts'
import type { ConsoleShelf } from './console-shelf.ts'

/** What the page before the console is made of; nothing else is for those who are not logged in. */
export const loginStyles = [
  'style/colours.css',
  'style/ground.css',
  'style/controls.css',
  'login.css',
] as const
export const loginIcon = 'style/mark.svg'
const loginModules = ['login', 'api'] as const

const open = new Set<string>([
  ...loginStyles,
  loginIcon,
  ...loginModules.flatMap(name => [`${name}.js`, `${name}.ts`]),
])

/** Serves them below `/login/`; a module by the name that a build gives it, too. */
export function addLoginFiles(app: FastifyInstance, shelf: ConsoleShelf): void {
  app.get<{ Params: { '*': string } }>('/login/*', async (request, reply) => {
    const path = request.params['*']
    const file = open.has(path)
      ? ((await shelf.file(path)) ?? (await shelf.file(path.replace(/\.js$/, '.ts'))))
      : null
    return answerFile(file, request, reply)
  })
}
