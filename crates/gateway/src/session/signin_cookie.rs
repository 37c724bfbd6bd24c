//! A sign-in under way, kept in a cookie of the browser that started it: sealed, short-lived, with hashes only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long a person may take at the identity provider, in seconds.
pub const MAX_AGE: u64 = 600;

/// What must be known again when the provider sends the person back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigninUnderWay {
    /// Hash of the state.
    pub state: String,
    /// Hash of the nonce.
    pub nonce: String,
    /// Where the person wanted to go.
    pub return_to: String,
    /// Seconds since the Unix epoch after which it is void.
    pub expires: i64,
}

/// SHA-256 of a value, as text.
#[must_use]
pub fn hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(value.as_bytes()))
}

/// Seals and opens cookies with a key of this install.
#[derive(Clone, Debug)]
pub struct Seal {
    key: hmac::Key,
}

impl Seal {
    /// With the install's key.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key) }
    }

    /// As a cookie's value.
    #[must_use]
    pub fn seal(&self, signin: &SigninUnderWay) -> String {
        // A struct of three texts and a number always becomes JSON.
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(signin).unwrap_or_default());
        let tag = URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, body.as_bytes()));
        format!("{body}.{tag}")
    }

    /// From a cookie's value, if this install sealed it and it is not void.
    #[must_use]
    pub fn open(&self, value: &str, now: i64) -> Option<SigninUnderWay> {
        let (body, tag) = value.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        hmac::verify(&self.key, body.as_bytes(), &tag).ok()?;
        let signin: SigninUnderWay = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()?;
        (signin.expires > now).then_some(signin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_install_opens_it_and_only_for_ten_minutes() {
        let seal = Seal::new(&[7; 32]);
        let signin = SigninUnderWay { state: hash("s"), nonce: hash("n"), return_to: "/".into(), expires: 100 };
        let value = seal.seal(&signin);
        assert_eq!(seal.open(&value, 99), Some(signin));
        assert_eq!(seal.open(&value, 100), None);
        assert_eq!(Seal::new(&[8; 32]).open(&value, 99), None);
        assert_eq!(seal.open(&value.replace('.', "A."), 99), None);
        assert_eq!(seal.open("", 0), None);
    }
}
