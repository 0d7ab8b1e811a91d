// npm oidc-provider, set to our profile as far as it can be: the certified program that ours is compared with.
// Usage: node peer.mjs PORT, the clients as JSON on the first line of standard input; prints "ready".
import crypto from 'node:crypto'
import http from 'node:http'
import readline from 'node:readline'
import Provider from 'oidc-provider'

const port = Number(process.argv[2])
const issuer = `http://127.0.0.1:${port}`
const clients = JSON.parse((await readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]().next()).value)
const { privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' })
const base = '/protocol/openid-connect'

const provider = new Provider(issuer, {
  clients: clients.map((one) => ({
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types: ['code'],
    subject_type: 'pairwise',
    id_token_signed_response_alg: 'ES256',
    token_endpoint_auth_method: 'private_key_jwt',
    ...one,
  })),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'p1', alg: 'ES256', use: 'sig' }] },
  features: {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    clientCredentials: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  scopes: ['openid', 'offline_access', 'name', 'address', 'birthdate', 'gender', 'sign', 'latest_attributes'],
  claims: { openid: ['sub'], name: ['name'] },
  clientAuthMethods: ['private_key_jwt'],
  pkce: { required: () => true },
  subjectTypes: ['pairwise'],
  pairwiseIdentifier: (_, account, client) => crypto.createHash('sha256').update(client.clientId + account).digest('hex'),
  responseTypes: ['code'],
  rotateRefreshToken: true,
  allowOmittingSingleRegisteredRedirectUri: false,
  enabledJWA: {
    clientAuthSigningAlgValues: ['ES256', 'PS256'],
    idTokenSigningAlgValues: ['ES256'],
    dPoPSigningAlgValues: ['ES256', 'PS256'],
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Person' }) }),
  cookies: { keys: ['not a secret'] },
  routes: {
    authorization: `${base}/auth`, token: `${base}/token`, userinfo: `${base}/userinfo`, jwks: `${base}/certs`,
    end_session: `${base}/logout`, pushed_authorization_request: `${base}/ext/par/request`,
  },
})

// The person's part: always yes.
async function agree(request, response) {
  const { params } = await provider.interactionDetails(request, response)
  const grant = new provider.Grant({ accountId: 'person', clientId: params.client_id })
  grant.addOIDCScope(params.scope)
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { login: { accountId: 'person' }, consent })
}

const answer = provider.callback()
http.createServer((request, response) => request.url.startsWith('/interaction/')
  ? agree(request, response).catch((error) => response.writeHead(500).end(String(error)))
  : answer(request, response)).listen(port, '127.0.0.1', () => console.log('ready'))
