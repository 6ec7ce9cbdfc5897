import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { HilumError } from '../../shared/errors.ts'

/** Addresses of this machine and of networks that are not the internet (RFC 1918, 3927, 4193, 4291, 6598). */
const INSIDE = new BlockList()
for (const [net, prefix] of [
  ['127.0.0.0', 8], ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['169.254.0.0', 16], ['100.64.0.0', 10],
] as const) INSIDE.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [['::1', 128], ['fc00::', 7], ['fe80::', 10]] as const) INSIDE.addSubnet(net, prefix, 'ipv6')

/** True for an IP address of this machine or of a private network. */
export function isInside(ip: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return INSIDE.check(mapped, 'ipv4')
  const family = isIP(ip)
  return family !== 0 && INSIDE.check(ip, family === 4 ? 'ipv4' : 'ipv6')
}

/** The address of a judge as it is used: an http(s) base without a trailing slash. Throws `bad-input`. */
export function parseJudgeAddress(text: string): URL {
  const wrong = (what: string): HilumError =>
    new HilumError('bad-input', `"${text}" ${what}.`, { mend: 'Give an address such as http://localhost:8080/v1.' })
  let url: URL
  try {
    url = new URL(text.trim())
  } catch {
    throw wrong('is no address')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('is no http address')
  if (url.username !== '' || url.password !== '') throw wrong('holds a password, which the audit would keep')
  if (url.search !== '' || url.hash !== '') throw wrong('has a part after ? or #')
  return new URL(url.href.replace(/\/+$/, ''))
}

/**
 * The IP address to connect to. Reports leave neither the machine nor the hospital's network: a name must lead to
 * inside addresses alone, and the connection is made to the one that was checked. Throws `unsupported` for an address
 * outside, `unavailable` for a name that nobody knows.
 */
export async function insideAddress(url: URL): Promise<{ readonly ip: string; readonly family: 4 | 6 }> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const found = await lookup(host, { all: true }).catch((cause: unknown) => {
    throw new HilumError('unavailable', `Nobody on this network knows ${host}.`, { mend: 'Check the address of the judge.', cause })
  })
  const outside = found.find(({ address }) => !isInside(address))
  const [first] = found
  if (first === undefined || outside !== undefined) {
    throw new HilumError('unsupported', `${host} is outside this machine and its network (${outside?.address ?? 'no address'}).`, {
      mend: 'Reports may not leave: choose a judge on this machine or the hospital\'s network.',
    })
  }
  return { ip: first.address, family: first.family === 6 ? 6 : 4 }
}
