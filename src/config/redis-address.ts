/** The forms of `store.redis`, as told in its description. */
export const redisForms =
  'redis://host:port/db, rediss://host:port/db, redis+sentinel://host:port,host:port/name or redis+cluster://host:port,host:port'

const login = String.raw`(?:(?:[^\s:@/%]|%[0-9A-Fa-f]{2})*(?::(?:[^\s:@/%]|%[0-9A-Fa-f]{2})*)?@)?`
const host = String.raw`(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])`
const hosts = String.raw`${host}:\d{1,5}(?:,${host}:\d{1,5})*`

const forms = [
  new RegExp(String.raw`^rediss?://${login}${host}(?::\d{1,5})?(?:/\d{0,4})?$`),
  new RegExp(String.raw`^redis\+sentinel://${login}${hosts}/[\w.-]+$`),
  new RegExp(String.raw`^redis\+cluster://${login}${hosts}/?$`),
]

export function isRedisAddress(text: string): boolean {
  if (!forms.some(form => form.test(text))) return false
  const ports = [...text.slice(text.lastIndexOf('@') + 1).matchAll(/:(\d+)(?=[,/]|$)/g)]
  return ports.every(([, port]) => Number(port) >= 1 && Number(port) <= 65_535)
}
