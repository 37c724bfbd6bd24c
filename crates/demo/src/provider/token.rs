//! ID tokens: good ones, and each way for one to be bad.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::{Value, json};

use super::{Fault, now};
use crate::people::Person;

/// The provider's signing key, new at each start.
pub(super) struct Key {
    pair: EcdsaKeyPair,
    id: String,
}

/// What is known about a person.
pub(super) fn claims(person: &Person) -> Value {
    json!({
        "sub": format!("demo|{}", person.user_id()),
        "name": person.name(),
        "given_name": person.first,
        "family_name": person.last,
        "email": person.email,
        "email_verified": person.email_verified,
        "groups": person.groups,
        "customer": person.customer,
    })
}

impl Key {
    pub(super) fn generate() -> anyhow::Result<Self> {
        let random = SystemRandom::new();
        let broken = |_| anyhow::anyhow!("a signing key cannot be made");
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(broken)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random)
            .map_err(|error| anyhow::anyhow!("a signing key cannot be read: {error}"))?;
        Ok(Self { pair, id: super::random() })
    }

    /// As a JSON Web Key.
    pub(super) fn public(&self) -> Value {
        // Uncompressed: 4, then both coordinates.
        let point = self.pair.public_key().as_ref();
        let coordinate = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(point.get(range).unwrap_or_default());
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id, "x": coordinate(1..33), "y": coordinate(33..65)})
    }

    pub(super) fn id_token(
        &self,
        issuer: &str,
        client: &str,
        person: &Person,
        nonce: &str,
        fault: Fault,
    ) -> anyhow::Result<String> {
        let mut header = json!({"typ": "JWT", "alg": "ES256", "kid": self.id});
        let mut claims = claims(person);
        claims["iss"] = json!(if fault == Fault::ForeignIssuer { "https://other.example/tenant" } else { issuer });
        claims["aud"] = match fault {
            Fault::ForeignAudience => json!("another-client"),
            Fault::TwoAudiences => json!([client, "another-client"]),
            _ => json!(client),
        };
        claims["nonce"] = json!(if fault == Fault::WrongNonce { "another" } else { nonce });
        let hour = 3600;
        claims["iat"] = json!(
            now() + if fault == Fault::FutureIat { hour } else { 0 }
                - if fault == Fault::Expired { 2 * hour } else { 0 }
        );
        claims["exp"] = json!(now() + if fault == Fault::Expired { -hour } else { 2 * hour });
        claims["sid"] = json!(super::random());
        if fault == Fault::FutureNbf {
            claims["nbf"] = json!(now() + hour);
        }
        match fault {
            Fault::AlgNone => header = json!({"typ": "JWT", "alg": "none"}),
            Fault::Hs256 => header["alg"] = json!("HS256"),
            Fault::UnknownKid => header["kid"] = json!(super::random()),
            Fault::OwnKey => {
                header["kid"] = json!("mine");
                header["jwk"] = self.public();
                header["jku"] = json!("http://127.0.0.1:9/keys");
            }
            _ => {}
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = match fault {
            Fault::AlgNone => String::new(),
            // Signed with what everybody can know: the public key.
            Fault::Hs256 => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.public().to_string().as_bytes());
                URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()))
            }
            _ => {
                let signature = self
                    .pair
                    .sign(&SystemRandom::new(), signed.as_bytes())
                    .map_err(|_| anyhow::anyhow!("cannot sign"))?;
                URL_SAFE_NO_PAD.encode(signature)
            }
        };
        Ok(format!("{signed}.{signature}"))
    }
}
