//! Somebody with a session, without a browser: signs in by OpenID Connect as the page does.

use anyhow::{Context as _, ensure};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::{Client, header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::world::World;

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Person {
    http: Client,
    portal: String,
    /// The value of the `Cookie` header.
    pub cookie: String,
}

impl Person {
    /// Signs somebody in.
    pub async fn sign_in(world: &World, email: &str) -> anyhow::Result<Self> {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
        let post = |path: &str| http.post(format!("{}{path}", world.portal)).header("sec-fetch-site", "same-origin");
        let begun = post("/api/signin").json(&json!({"return_to": "/"})).send().await?;
        let cookie = cookies(&begun);
        let begun: Value = begun.error_for_status()?.json().await?;
        let text = |name: &str| begun[name].as_str().unwrap_or_default().to_owned();
        let verifier = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let form = [
            ("response_type", "code".to_owned()),
            ("client_id", text("client_id")),
            ("redirect_uri", text("redirect_uri")),
            ("scope", "openid email profile".to_owned()),
            ("state", text("state")),
            ("nonce", text("nonce")),
            ("code_challenge", URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))),
            ("code_challenge_method", "S256".to_owned()),
            ("person", email.to_owned()),
        ];
        let sent = http.post(format!("{}/authorize", world.provider)).form(&form).send().await?;
        let back = sent.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).context("not sent back")?;
        let back = url::Url::parse(back)?;
        let get = |name: &str| back.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        let body = json!({"code": get("code"), "state": get("state"), "iss": get("iss"), "verifier": verifier});
        let done = post("/api/session").header(header::COOKIE, cookie).json(&body).send().await?;
        ensure!(done.status().is_success(), "signing {email} in: {}", done.text().await?);
        Ok(Self { http, portal: world.portal.clone(), cookie: cookies(&done) })
    }

    /// Reads JSON.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.request(path).send().await?.error_for_status()?.json().await?)
    }

    /// A writing, to be sent.
    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.http
            .post(format!("{}{path}", self.portal))
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &self.cookie)
    }

    /// A reading, to be sent.
    pub fn request(&self, path: &str) -> reqwest::RequestBuilder {
        self.http
            .get(format!("{}{path}", self.portal))
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &self.cookie)
    }
}

/// The cookies an answer sets, as they are sent back.
fn cookies(answer: &reqwest::Response) -> String {
    let set = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs: Vec<&str> =
        set.filter_map(|value| value.split(';').next()).filter(|pair| !pair.ends_with('=')).collect();
    pairs.join("; ")
}
