/**
 * Query parameters by which services know who asks, or that are a secret; what else one reads, `dropQuery`
 * names. `key`, `code` and `state` are not among them: they mostly mean something else, and V2 would be
 * asked for another thing than V1.
 */
const secret: readonly string[] = [
  'access_token',
  'accesstoken',
  'id_token',
  'idtoken',
  'refresh_token',
  'refreshtoken',
  'auth_token',
  'authtoken',
  'session_token',
  'csrf_token',
  'token',
  'jwt',
  'bearer',
  'auth',
  'authorization',
  'assertion',
  'client_assertion',
  'client_secret',
  'samlresponse',
  'api_key',
  'api-key',
  'apikey',
  'x-api-key',
  'subscription-key',
  'private_token',
  'secret',
  'password',
  'passwd',
  'pwd',
  'otp',
  'session',
  'session_id',
  'sessionid',
  'sid',
  'jsessionid',
  'phpsessid',
  'sig',
  'signature',
  'hmac',
  'awsaccesskeyid',
  'x-amz-credential',
  'x-amz-security-token',
  'x-amz-signature',
  'x-goog-credential',
  'x-goog-signature',
]

/**
 * Leaves parameters out of a query with its `?`: those whose name, decoded and in lower case, is among
 * `names`, and known secrets unless the client's credentials are kept. Every other byte stays as it is.
 */
export function createCopyQuery(
  names: readonly string[],
  keepsCredentials: boolean,
): (query: string) => string {
  const dropped = new Set(keepsCredentials ? names : [...secret, ...names])

  return query => {
    // Some servers take `;` for `&`.
    const parts = query.slice(1).split(/([&;])/)
    let kept = ''
    let isCut = false
    for (let at = 0; at < parts.length; at += 2) {
      const part = parts[at] as string
      if (dropped.has(nameOf(part))) isCut = true
      else kept += `${kept === '' ? '?' : parts[at - 1]}${part}`
    }
    return isCut ? kept : query
  }
}

/** What a server reads: of `user[password]` and `token[]`, as some write structures and lists, the last that has a name. */
function nameOf(part: string): string {
  const [raw = ''] = part.split('=', 1)
  let name = raw
  try {
    name = decodeURIComponent(raw)
  } catch {
    // No name of ours has a byte that is not ASCII.
  }
  const names = name.toLowerCase().split(/[[\]]+/)
  return names.findLast(each => each !== '') ?? ''
}
