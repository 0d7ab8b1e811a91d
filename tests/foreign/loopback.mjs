// A relying party's half of a sandbox on this machine: Node's resolver does not know that *.localhost is
// here (RFC 6761 6.3 says it should), and the test tells the program where the browser came back to.
import dns from 'node:dns'
import readline from 'node:readline'

const lookup = dns.lookup
dns.lookup = (host, ...rest) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest)

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]()

/** Send the person's browser there, who does this with the card; gives the address at which it came back. */
export async function visit(url, does) {
  console.log(JSON.stringify({ visit: String(url), does }))
  return new URL((await lines.next()).value)
}

export function done(facts) {
  console.log(JSON.stringify({ done: facts }))
  process.exit(0)
}

/** What a party registers: its keys, where its people come back to, what it asks for. */
export function metadata(name, issuer, publicJwk, strict) {
  const home = `http://${name}.localhost:${new URL(issuer).port}`
  return {
    client_name: name,
    redirect_uris: [`${home}/callback`],
    post_logout_redirect_uris: [`${home}/bye`],
    jwks: { keys: [publicJwk] },
    scope: 'openid name address birthdate gender sign offline_access',
    token_endpoint_auth_method: 'private_key_jwt',
    dpop_bound_access_tokens: strict,
  }
}

export const contract = {
  title: { ja: '契約書', en: 'Contract' },
  lines: [{ label_ja: '品目', label_en: 'Item', value: 'Bicycle' }],
}
