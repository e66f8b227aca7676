import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

/**
 * The processes that listen on the port of a URL, without those that another of them has started; empty
 * where it is another machine's, or where they may not be looked at.
 */
export function ownersOf(url: string): number[] {
  const { hostname, port, protocol } = new URL(url)
  if (!isOwnAddress(hostname)) return []
  const inodes = listenersOf(Number(port) || (protocol === 'https:' ? 443 : 80))
  const owners = processIds().filter(pid => holdsAny(pid, inodes))
  return owners.filter(pid => !owners.includes(parentOf(pid)))
}

function isOwnAddress(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  if (address === 'localhost') return true
  return Object.values(networkInterfaces()).some(each => each?.some(own => own.address === address))
}

/** Inodes of the sockets that listen on a port, whatever the address. */
function listenersOf(port: number): Set<string> {
  const isListening = '0A'
  const lines = ['tcp', 'tcp6'].flatMap(file => textOf(`/proc/net/${file}`).split('\n').slice(1))
  return new Set(
    lines.flatMap(line => {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
      const isOurs =
        state === isListening && Number.parseInt(local.split(':')[1] ?? '', 16) === port
      return isOurs && inode !== undefined ? [`socket:[${inode}]`] : []
    }),
  )
}

function processIds(): number[] {
  return namesIn('/proc').map(Number).filter(Number.isInteger)
}

function holdsAny(pid: number, links: ReadonlySet<string>): boolean {
  return namesIn(`/proc/${pid}/fd`).some(fd => links.has(linkOf(`/proc/${pid}/fd/${fd}`)))
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1])
}

function textOf(path: string): string {
  return or('', () => readFileSync(path, 'utf8'))
}

function namesIn(path: string): string[] {
  return or([], () => readdirSync(path))
}

function linkOf(path: string): string {
  return or('', () => readlinkSync(path))
}

/** Whatever is gone by now, or somebody else's, holds nothing. */
function or<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
