// npm openid-client: registers itself, pushes its request, signs a person in, refreshes, has a document
// signed, signs out. Usage: node openid_client.mjs ISSUER plain|strict
import { contract, done, metadata, visit } from './loopback.mjs'
import * as client from 'openid-client'

const [issuer, mode] = process.argv.slice(2)
const strict = mode === 'strict'
const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const jwk = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }
delete jwk.key_ops
delete jwk.ext
const proves = client.PrivateKeyJwt({ key: keys.privateKey, kid: 'k1' })
const insecure = { execute: [client.allowInsecureRequests] }
const config = await client.dynamicClientRegistration(
  new URL(issuer), metadata('openid-client', issuer, jwk, strict), proves, insecure)
const { client_id, redirect_uris: [redirect_uri], post_logout_redirect_uris: [bye_uri] } = config.clientMetadata()
const DPoP = strict ? client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256')) : undefined

async function login(scope, more = {}, does = 'authenticate') {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const parameters = {
    redirect_uri, scope, state, nonce, ...more,
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  }
  const url = strict
    ? await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
    : client.buildAuthorizationUrl(config, parameters)
  const back = await visit(url, does)
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  return client.authorizationCodeGrant(config, back, checks, {}, { DPoP })
}

const tokens = await login('openid name address offline_access')
const { sub } = tokens.claims()
const person = await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })
const next = await client.refreshTokenGrant(config, tokens.refresh_token, {}, { DPoP })
// As a second tab would, or who lost the answer: the same next token.
const again = await client.refreshTokenGrant(config, tokens.refresh_token, {}, { DPoP })

const own = await client.clientCredentialsGrant(config, { scope: 'sign' }, { DPoP })
const transactions = new URL(config.serverMetadata().sign_transactions_endpoint)
const body = JSON.stringify({ document: Buffer.from(JSON.stringify(contract)).toString('base64') })
const json = new Headers({ 'content-type': 'application/json' })
const deposited = await client.fetchProtectedResource(config, own.access_token, transactions, 'POST', body, json, { DPoP })
const { sign_transaction_id } = await deposited.json()
const signer = (await login('openid sign', { sign_transaction_id }, 'sign')).claims()
const result = new URL(`${transactions}/${sign_transaction_id}/result`)
const signed = await (await client.fetchProtectedResource(config, own.access_token, result, 'GET', undefined, undefined, { DPoP })).json()

const worth = await client.tokenIntrospection(config, next.access_token)
await client.tokenRevocation(config, next.refresh_token)
const ended = await client.tokenIntrospection(config, next.access_token)

const bye = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token, post_logout_redirect_uri: bye_uri, state: 's-1' })
const left = await visit(bye, 'leave')
const gone = await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP }).then(() => 'still there', (e) => e.code)

done({
  client_id, sub, name: person.name, type: tokens.token_type, refreshed: next.claims().sub === sub,
  again: again.refresh_token === next.refresh_token,
  worth: [worth.active, worth.sub === sub, ended.active],
  same: signer.sub === sub, statement: signed.statement, left: String(left), gone,
})
