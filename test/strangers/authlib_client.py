"""A relying party in Python, on authlib, which knows nothing of Gatehouse but its address and checks what a client must.

Reads one JSON object a line, `{"do": name, ...}`, and answers each with one line: what the operation gives, or `{"error": ...}`.
What a browser does between `begin` and `finish` is done by whoever sends the lines.
"""

import json
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import JWSRegistry


class RelyingParty:
    """One client at one provider."""

    def discover(self, issuer, client, redirect_uri=None, scope=None):
        answer = requests.get(get_well_known_url(issuer, external=True), timeout=10)
        answer.raise_for_status()
        metadata = OpenIDProviderMetadata(answer.json())
        if metadata["issuer"] != issuer:
            raise ValueError("The metadata is of another issuer.")
        if issuer.startswith("https:"):
            metadata.validate()
        self.metadata = metadata
        method = client["authentication"]
        secret = client.get("secret")
        if method == "private_key_jwt":
            secret = ECKey.import_key(client["key"])
        self.session = OAuth2Session(
            client["id"],
            secret,
            token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method,
            redirect_uri=redirect_uri,
            scope=scope,
            code_challenge_method="S256",
        )
        if method == "private_key_jwt":
            kid = {"kid": client["key"]["kid"]}
            self.session.register_client_auth_method(
                PrivateKeyJWT(issuer, headers=kid, alg="ES256")
            )
        return {"endpoints": sorted(k for k in metadata if k.endswith("_endpoint"))}

    def begin(self, **params):
        self.verifier = generate_token(48)
        self.nonce = generate_token(20)
        url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"],
            code_verifier=self.verifier,
            nonce=self.nonce,
            **params,
        )
        return {"url": url}

    def finish(self, url):
        token = self.session.fetch_token(
            self.metadata["token_endpoint"],
            authorization_response=url,
            state=self.state,
            code_verifier=self.verifier,
        )
        return {"token": token, "claims": self._id_token(token, self.nonce)}

    def refresh(self, refresh_token, **params):
        token = self.session.refresh_token(
            self.metadata["token_endpoint"], refresh_token=refresh_token, **params
        )
        claims = self._id_token(token, None) if "id_token" in token else None
        return {"token": token, "claims": claims}

    def machine(self, **params):
        token = self.session.fetch_token(
            self.metadata["token_endpoint"], grant_type="client_credentials", **params
        )
        return {"token": token}

    def userinfo(self, access_token):
        answer = requests.get(
            self.metadata["userinfo_endpoint"],
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=10,
        )
        return {"status": answer.status_code, "claims": answer.json()}

    def introspect(self, token):
        answer = self.session.introspect_token(
            self.metadata["introspection_endpoint"], token=token
        )
        answer.raise_for_status()
        return answer.json()

    def revoke(self, token):
        answer = self.session.revoke_token(
            self.metadata["revocation_endpoint"], token=token
        )
        return {"status": answer.status_code}

    def verify(self, token, audience, typ):
        """A token that is for somebody else to read, by the published keys alone."""
        decoded = self._decode(token)
        if decoded.header.get("typ") != typ:
            raise ValueError(f"It is a {decoded.header.get('typ')}.")
        if decoded.claims["iss"] != self.metadata["issuer"]:
            raise ValueError("It is of another issuer.")
        if decoded.claims["aud"] != audience:
            raise ValueError("It is for somebody else.")
        return {"claims": decoded.claims}

    def _id_token(self, token, nonce):
        decoded = self._decode(token["id_token"])
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self.metadata["issuer"]},
                "aud": {"essential": True, "value": self.session.client_id},
            },
            {
                "nonce": nonce,
                "client_id": self.session.client_id,
                "access_token": token["access_token"],
            },
        )
        claims.validate(leeway=5)
        return dict(claims)

    def _decode(self, token):
        answer = requests.get(self.metadata["jwks_uri"], timeout=10)
        answer.raise_for_status()
        algorithms = self.metadata["id_token_signing_alg_values_supported"]
        return jwt.decode(
            token,
            KeySet.import_key_set(answer.json()),
            registry=JWSRegistry(algorithms=algorithms, strict_check_header=False),
        )


def main():
    party = RelyingParty()
    for line in sys.stdin:
        asked = json.loads(line)
        do = asked.pop("do")
        try:
            answer = getattr(party, do)(**asked)
        except Exception as error:  # whatever it is, the test shows it
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
