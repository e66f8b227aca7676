import { createApi } from './api.ts'

/** The page before the console: hands in a token, and goes on to what was asked for. */
const form = document.querySelector('form') as HTMLFormElement
const token = form.elements.namedItem('token') as HTMLInputElement
const button = form.querySelector('button') as HTMLButtonElement
const problem = form.querySelector('[role=alert]') as HTMLElement

// The answer says by itself that nobody is logged in.
const api = createApi({ session: () => null, onLoginOver: () => {}, onForbidden: () => {} })

form.addEventListener('submit', event => {
  event.preventDefault()
  void logIn()
})

async function logIn(): Promise<void> {
  button.disabled = true
  problem.textContent = ''
  const answer = await api.change('/login', { token: token.value.trim() }, null)
  button.disabled = false
  if (answer.ok) {
    // Addresses below /login/ are those of a login that failed.
    if (location.pathname.startsWith('/login/')) location.replace('/')
    else location.reload()
    return
  }
  problem.textContent = answer.fault.text
  token.select()
}
