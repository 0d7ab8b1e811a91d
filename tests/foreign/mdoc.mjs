// Other people's mdoc programs against ours: `node mdoc.mjs < question.json`, the answer on standard output.
//
// verify: @auth0/mdl and @owf/mdoc each verify a DeviceResponse of ours. The session transcript is computed by
//   @owf/mdoc from the request's parameters, so ours is not compared with itself.
// present: @auth0/mdl issues a record under our authority and presents it; we verify it.

import { createHash, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import * as auth0 from '@auth0/mdl'
import * as owf from '@owf/mdoc'

const DOC_TYPE = 'org.iso.23220.1.jp.mnc'
const bytes = (text) => new Uint8Array(Buffer.from(text, 'base64'))

// What @owf/mdoc leaves to its user: hashing, ES256 and certificates, from node's own library.
const context = {
  crypto: {
    random: (length) => new Uint8Array(randomBytes(length)),
    digest: ({ digestAlgorithm, bytes: data }) =>
      new Uint8Array(createHash(digestAlgorithm.replace('-', '').toLowerCase()).update(data).digest()),
    calculateEphemeralMacKey: () => { throw new Error('no MAC here') },
  },
  cose: {
    sign1: {
      sign: () => { throw new Error('verifies only') },
      verify: async ({ sign1, key }) => {
        const { kty, crv, x, y } = key.jwk
        const algorithm = { name: 'ECDSA', namedCurve: crv }
        const imported = await webcrypto.subtle.importKey('jwk', { kty, crv, x, y }, algorithm, false, ['verify'])
        return webcrypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, imported, sign1.signature, sign1.toBeSigned)
      },
    },
    mac0: { sign: () => { throw new Error('no MAC here') }, verify: () => false },
  },
  x509: {
    getIssuerNameField: ({ certificate, field }) =>
      new X509Certificate(certificate).issuer.split('\n').filter((one) => one.startsWith(`${field}=`)).map((one) => one.slice(field.length + 1)),
    getPublicKey: ({ certificate }) =>
      owf.CoseKey.fromJwk(new X509Certificate(certificate).publicKey.export({ format: 'jwk' })),
    verifyCertificateChain: ({ trustedCertificates, x5chain, now = new Date() }) => {
      const leaf = new X509Certificate(x5chain[0])
      const issuer = trustedCertificates.map((one) => new X509Certificate(one)).find((one) => leaf.checkIssued(one) && leaf.verify(one.publicKey))
      if (!issuer) throw new Error('not issued by a trusted authority')
      if (now < new Date(leaf.validFrom) || now > new Date(leaf.validTo)) throw new Error('certificate not valid now')
    },
    getCertificateData: ({ certificate }) => {
      const read = new X509Certificate(certificate)
      return {
        issuerName: read.issuer, subjectName: read.subject, serialNumber: read.serialNumber, thumbprint: read.fingerprint256,
        notBefore: new Date(read.validFrom), notAfter: new Date(read.validTo), pem: read.toString(),
      }
    },
  },
}

async function transcript({ clientId, responseUri, nonce, mdocGeneratedNonce, keyThumbprint }) {
  const made = mdocGeneratedNonce
    ? await owf.SessionTranscript.forOid4VpDraft18({ clientId, responseUri, verifierGeneratedNonce: nonce, mdocGeneratedNonce }, context)
    : await owf.SessionTranscript.forOid4Vp(
        { clientId, responseUri, nonce, jwkThumbprint: keyThumbprint ? bytes(keyThumbprint) : undefined }, context)
  return made
}

const failures = (list) => (check) => { if (check.status === 'FAILED') list.push(`${check.check}: ${check.reason ?? ''}`) }

async function verify({ response, authority, session }) {
  const made = await transcript(session)
  const failed = { auth0: [], owf: [] }
  const verifier = new auth0.Verifier([authority])
  const mdoc = await verifier.verify(Buffer.from(bytes(response)), {
    encodedSessionTranscript: Buffer.from(made.encode({ asDataItem: true })),
    onCheck: failures(failed.auth0),
  })
  await owf.Verifier.verifyDeviceResponse({
    deviceResponse: bytes(response), sessionTranscript: made,
    trustedCertificates: [new Uint8Array(new X509Certificate(authority).raw)], onCheck: failures(failed.owf),
  }, context)
  const values = mdoc.documents.flatMap((document) =>
    Object.entries(document.issuerSigned.nameSpaces).flatMap(([space, items]) =>
      items.map((item) => [space, item.elementIdentifier, item.elementValue instanceof Date ? item.elementValue.toISOString().slice(0, 10) : item.elementValue])))
  return { failed, values, docType: mdoc.documents[0].docType }
}

async function present({ signerKey, signerCertificate, values, wanted, session }) {
  const pair = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
  const device = { ...(await webcrypto.subtle.exportKey('jwk', pair.privateKey)), kid: 'phone' }
  const document = new auth0.Document(DOC_TYPE)
  for (const [space, items] of Object.entries(values)) document.addIssuerNameSpace(space, items)
  const { d, key_ops, ext, ...devicePublic } = device
  const issued = await document
    .useDigestAlgorithm('SHA-256')
    .addValidityInfo({ signed: new Date(Date.now() - 60_000), validUntil: new Date(Date.now() + 86_400_000) })
    .addDeviceKeyInfo({ deviceKey: devicePublic })
    .sign({ issuerPrivateKey: signerKey, issuerCertificate: signerCertificate, alg: 'ES256' })
  const definition = {
    id: 'asked',
    input_descriptors: [{
      id: DOC_TYPE, format: { mso_mdoc: { alg: ['ES256'] } },
      constraints: { limit_disclosure: 'required', fields: wanted.map(([space, name]) => ({ path: [`$['${space}']['${name}']`], intent_to_retain: false })) },
    }],
  }
  const made = await transcript(session)
  const response = await auth0.DeviceResponse.from(new auth0.MDoc([issued]))
    .usingPresentationDefinition(definition)
    .usingSessionTranscriptBytes(Buffer.from(made.encode({ asDataItem: true })))
    .authenticateWithSignature(device, 'ES256')
    .sign()
  return { response: Buffer.from(response.encode()).toString('base64') }
}

let text = ''
for await (const chunk of process.stdin) text += chunk
const question = JSON.parse(text)
const answer = await { verify, present }[question.action](question)
process.stdout.write(JSON.stringify(answer))
