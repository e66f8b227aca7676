import type { AdminRole } from '../../config/schema-admin.ts'
import type { LogoutAnswer, SessionAnswer } from '../session/session-routes.ts'
import { fieldsOf, named, orNull, text, truth, words } from './schema-of.ts'

export const sessionAnswer = named<SessionAnswer>('Session', {
  who: orNull(text),
  role: orNull(words<AdminRole>({ viewer: true, operator: true, approver: true })),
  csrf: orNull(text),
  mustProve: truth,
  login: fieldsOf<SessionAnswer['login']>({ token: truth, oidc: truth }),
})

export const logoutAnswer = fieldsOf<LogoutAnswer>({ ended: truth })
