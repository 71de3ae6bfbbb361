// A certified OpenID provider with new keys at each start: `node provider.mjs '{"port": …, "returnUrl": …, "groups": {…}}'`.
// It takes any password; `groups` says which groups each login has.
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const { port, returnUrl, groups } = JSON.parse(process.argv[2]);
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "portevoix", client_secret: "a secret of the tests", redirect_uris: [returnUrl] }],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
  conformIdTokenClaims: false, // claims in the ID token itself, as most houses' providers give them
  findAccount: (context, login) => ({
    accountId: login,
    claims: () => ({ sub: login, preferred_username: login, groups: groups[login] ?? [] }),
  }),
  cookies: { keys: ["a secret of the tests"] },
  jwks: { keys: [{ ...key, use: "sig", alg: "RS256", kid: `${process.pid}` }] },
});
provider.listen(port, "127.0.0.1");
