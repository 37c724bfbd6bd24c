//! What a browser does: keeps cookies, says where a request comes from, and follows the sign-in. Every step can be taken alone, so
//! that a test can take it wrongly.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, Method, StatusCode, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::Stream;

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The `type` of a problem answer: `signin-state`, `not-found`, …
    pub fn problem(&self) -> String {
        self.json()["type"].as_str().unwrap_or_default().rsplit(['/', ':']).next().unwrap_or_default().to_owned()
    }
}

/// A sign-in under way: what the page keeps and what the gateway gave.
#[derive(Clone, Debug)]
pub struct Started {
    /// The PKCE verifier.
    pub verifier: String,
    /// The answer of `POST /api/signin`.
    pub start: Value,
}

/// A browser with its own cookies.
#[derive(Clone, Debug)]
pub struct Browser {
    http: reqwest::Client,
    url: String,
    provider: String,
    /// Cookies of the portal, by name.
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A new one.
    pub fn new(url: &str, provider: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("an HTTP client");
        Self { http, url: url.to_owned(), provider: provider.to_owned(), cookies: BTreeMap::new() }
    }

    /// A request as the page makes it, to be changed before it is sent with [`Self::send`].
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request =
            self.http.request(method, format!("{}{path}", self.url)).header("sec-fetch-site", "same-origin");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        request
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let answer = fetch(request).await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str().expect("text").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// `GET`, without keeping cookies.
    pub async fn get(&self, path: &str) -> Answer {
        fetch(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON from the page itself.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// `DELETE` from the page itself.
    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Opens the event stream, coming back with the id of the last event seen, if any.
    pub async fn events(&self, last: Option<&str>) -> Stream {
        let mut request = self.request(Method::GET, "/api/events").header(header::ACCEPT, "text/event-stream");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        Stream::new(request.send().await.expect("an answer"))
    }

    /// Opens the event stream by another address.
    pub async fn stream(&self, path: &str) -> Stream {
        Stream::new(self.request(Method::GET, path).send().await.expect("an answer"))
    }

    /// The page begins a sign-in.
    pub async fn start(&mut self, return_to: &str) -> Started {
        let answer = self.post("/api/signin", &json!({"return_to": return_to})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        Started { verifier: URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()), start: answer.json() }
    }

    /// The person says at the provider who they are; returns what comes back to the callback.
    pub async fn decide(&self, started: &Started, email: &str) -> BTreeMap<String, String> {
        let text = |name: &str| started.start[name].as_str().unwrap_or_default().to_owned();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(started.verifier.as_bytes()));
        let form = [
            ("response_type", "code".to_owned()),
            ("client_id", text("client_id")),
            ("redirect_uri", text("redirect_uri")),
            ("scope", "openid email profile".to_owned()),
            ("state", text("state")),
            ("nonce", text("nonce")),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".to_owned()),
            ("person", email.to_owned()),
        ];
        let answer = fetch(self.http.post(format!("{}/authorize", self.provider)).form(&form)).await;
        assert!(answer.status.is_redirection(), "{}", answer.text());
        let back = Url::parse(&answer.header("location")).expect("an address");
        back.query_pairs().into_owned().collect()
    }

    /// The callback page hands in what came back.
    pub async fn finish(&mut self, started: &Started, back: &BTreeMap<String, String>) -> Answer {
        let mut body = json!({"code": back.get("code").cloned().unwrap_or_default(), "state": back["state"], "verifier": started.verifier});
        if let Some(iss) = back.get("iss") {
            body["iss"] = json!(iss);
        }
        self.post("/api/session", &body).await
    }

    /// The whole sign-in; returns the answer to the last step, which need not be a good one.
    pub async fn sign_in(&mut self, email: &str, return_to: &str) -> Answer {
        let started = self.start(return_to).await;
        let back = self.decide(&started, email).await;
        self.finish(&started, &back).await
    }

    /// Signed in, or the test fails.
    pub async fn signed_in(mut self, email: &str) -> Self {
        let answer = self.sign_in(email, "/").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        self
    }
}

async fn fetch(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.expect("an answer");
    let (status, headers) = (answer.status(), answer.headers().clone());
    Answer { status, headers, body: answer.bytes().await.expect("a body").to_vec() }
}
