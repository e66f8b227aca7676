import { type IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** What HTTP itself asks of a request, and all that Node's server looks for in a plain one. */
const framing = ['te', 'expect', 'content-length', 'transfer-encoding']
/** No two are of the same length, so that others are mostly told by theirs. */
const byLength: (string | undefined)[] = []
for (const name of framing) byLength[name.length] = name

const none: IncomingHttpHeaders = Object.freeze({})

/**
 * A request whose `headers` hold its framing alone. Node looks for these few names in every request,
 * and would make an object of all headers for that; whoever serves the request reads `rawHeaders`,
 * where nothing is joined or left out. Only a request for another protocol has them all. A server of
 * these must not require a Host header (`requireHostHeader: false`): it would find none.
 */
export class ListenedRequest extends IncomingMessage {}

// Node's types call it a field, in whose place a class may not put an accessor.
Object.defineProperty(ListenedRequest.prototype, 'headers', {
  get(this: IncomingMessage & { readonly upgrade: boolean }): IncomingHttpHeaders {
    return this.upgrade
      ? Reflect.get(IncomingMessage.prototype, 'headers', this)
      : framingOf(this.rawHeaders)
  },
})

/** Looked for anew each time: that costs less than a place in each request to keep it. */
function framingOf(rawHeaders: readonly string[]): IncomingHttpHeaders {
  let found: Record<string, string> | null = null
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] as string
    const name = byLength[raw.length]
    if (name === undefined || raw.toLowerCase() !== name) continue
    const value = rawHeaders[at + 1] as string
    found ??= {}
    found[name] = name in found ? `${found[name]}, ${value}` : value
  }
  return found ?? none
}
