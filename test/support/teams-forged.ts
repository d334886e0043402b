/** What somebody who is not Teams could send as `Authorization`, by what is wrong with it. */
import { UnsecuredJWT } from 'jose';
import type { TeamsSigner } from './teams-signer.ts';

type Forge = (signer: TeamsSigner) => string | undefined | Promise<string | undefined>;

const bearer = async (token: Promise<string>): Promise<string> => `Bearer ${await token}`;
const emulator = 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/';
/** The first two parts of a sound token, before another third. */
const withSignature = async (signer: TeamsSigner, signature: string): Promise<string> => {
  const [head, body] = (await signer.token()).split('.');
  return `Bearer ${head}.${body}.${signature}`;
};

export const forged = {
  'no header': () => undefined,
  'an empty header': () => '',
  'the scheme alone': () => 'Bearer ',
  'a name and a password': () => `Basic ${Buffer.from('bot:secret').toString('base64')}`,
  'the token without its scheme': (signer) => signer.token(),
  'a scheme in small letters': async (signer) => `bearer ${await signer.token()}`,
  'two tokens': async (signer) => `Bearer ${await signer.token()} ${await signer.token()}`,
  'two tokens as a list': async (signer) =>
    `Bearer ${await signer.token()}, Bearer ${await signer.token()}`,
  garbage: () => 'Bearer garbage',
  'three parts of garbage': () => 'Bearer a.b.c',
  'a token of null': () => `Bearer ${['{}', 'null', 'x'].map(base64url).join('.')}`,
  'another audience': (signer) => bearer(signer.token({ aud: 'another-app' })),
  'an empty audience': (signer) => bearer(signer.token({ aud: '' })),
  'no audience': (signer) => bearer(signer.token({ aud: undefined })),
  'several audiences': (signer) => bearer(signer.token({ aud: [signer.appId, 'another'] })),
  'another issuer': (signer) => bearer(signer.token({ iss: 'https://issuer.example' })),
  'an issuer that begins like it': (signer) => bearer(signer.token({ iss: `${signer.issuer}.x` })),
  'no issuer': (signer) => bearer(signer.token({ iss: undefined })),
  // Of the emulator, which the SDK believes as well: any program of that tenant has such tokens.
  'the issuer of the emulator': (signer) =>
    bearer(signer.token({ iss: emulator, appid: signer.appId, ver: '1.0' })),
  'the issuer of the emulator, in its second version': (signer) =>
    bearer(signer.token({ iss: emulator, azp: signer.appId, ver: '2.0' })),
  'another bot as a skill': (signer) => bearer(signer.token({ appid: 'another', ver: '1.0' })),
  'another bot as a skill, in the second version': (signer) =>
    bearer(signer.token({ azp: 'another', ver: '2.0' })),
  'another serviceUrl': (signer) => bearer(signer.token({ serviceurl: 'https://evil.example/' })),
  'no serviceUrl': (signer) => bearer(signer.token({ serviceurl: undefined })),
  'a time that is over': (signer) => bearer(signer.token({ exp: -3_600 })),
  'a time that has not come': (signer) => bearer(signer.token({ nbf: 3_600, exp: 7_200 })),
  'no algorithm': async (signer) =>
    `Bearer ${new UnsecuredJWT({ aud: signer.appId, iss: signer.issuer }).encode()}`,
  'no algorithm and some signature': (signer) =>
    `Bearer ${[
      JSON.stringify({ alg: 'none', kid: 'teams' }),
      JSON.stringify({ aud: signer.appId, iss: signer.issuer }),
      'x',
    ]
      .map(base64url)
      .join('.')}`,
  'the public key as a secret': (signer) =>
    bearer(signer.token({}, { key: Buffer.from(signer.publicText), header: { alg: 'HS256' } })),
  'another key under the same name': (signer) =>
    bearer(signer.token({}, { key: signer.strangerKey })),
  'an unknown key': (signer) => bearer(signer.token({}, { header: { kid: 'unknown' } })),
  'a key without a name': (signer) => bearer(signer.token({}, { header: { kid: undefined } })),
  'a key for another channel': (signer) => bearer(signer.token({}, { header: { kid: 'webchat' } })),
  'a signature cut off': (signer) => withSignature(signer, ''),
  'another signature': (signer) => withSignature(signer, base64url('x'.repeat(256))),
  'words that were changed': async (signer) => {
    const [head, , signature] = (await signer.token()).split('.');
    const [, other] = (await signer.token({ exp: 7_200 })).split('.');
    return `Bearer ${head}.${other}.${signature}`;
  },
} as const satisfies Record<string, Forge>;

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

export const forge = (name: keyof typeof forged, signer: TeamsSigner) =>
  (forged[name] as Forge)(signer);
