//! How calls travel: key, own User-Agent, forwarded headers, whole-answer time limit, size cap, bounded concurrency, and
//! retries with jitter for reads only.

use std::{error::Error as _, net::IpAddr, sync::Arc, time::Duration};

use http::{Method, StatusCode, header};
use portal_model::id::ProjectId;
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Semaphore;
use url::Url;

use crate::{Error, ProjectClient, types::SignOn};

/// Never begins with `python`: Diffgram refuses that with a hint about keys (`diffgram-api.md` §1.1).
const USER_AGENT: &str = concat!("diffgram-portal/", env!("CARGO_PKG_VERSION"));
/// A read is tried this often in all.
const TRIES: u32 = 3;
/// Longer waits are the caller's business.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// How to reach a Diffgram install.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Scheme, host and port.
    pub url: Url,
    /// For the whole answer, body included.
    pub timeout: Duration,
    /// For the body after decompression, in bytes.
    pub max_body: usize,
    /// Calls under way at once, over all projects.
    pub concurrency: usize,
}

impl ClientConfig {
    /// 30 seconds, 64 MiB, four at once (more buys nothing: `sync-evidence.md` §3).
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self { url, timeout: Duration::from_secs(30), max_body: 64 << 20, concurrency: 4 }
    }
}

/// A Diffgram install. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    config: Arc<ClientConfig>,
    places: Arc<Semaphore>,
}

/// A project's API key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) client_id: String,
    pub(crate) secret: SecretString,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Call {
    /// For errors: which call it was.
    what: &'static str,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    /// Reads may be repeated; many of Diffgram's reads are POSTs (§13, traps 15 and 16).
    read: bool,
}

impl Call {
    pub(crate) fn get(what: &'static str, path: String) -> Self {
        Self { what, method: Method::GET, path, query: Vec::new(), body: None, read: true }
    }

    /// A read by POST: its body is never empty (`diffgram-api.md` §1.6).
    pub(crate) fn read(what: &'static str, path: String, body: Value) -> Self {
        Self { what, method: Method::POST, path, query: Vec::new(), body: Some(body), read: true }
    }

    pub(crate) fn write(what: &'static str, path: String, body: Value) -> Self {
        Self { what, method: Method::POST, path, query: Vec::new(), body: Some(body), read: false }
    }

    pub(crate) fn patch(what: &'static str, path: String, body: Value) -> Self {
        Self { method: Method::PATCH, ..Self::write(what, path, body) }
    }

    pub(crate) fn query(mut self, name: &'static str, value: i64) -> Self {
        self.query.push((name, value.to_string()));
        self
    }
}

impl Client {
    /// Makes a client; nothing is asked yet. The process must have a rustls provider installed.
    ///
    /// # Errors
    /// When the HTTP library cannot start (no TLS roots, say).
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            // A redirected POST may become a GET and get a page (§13, trap 51).
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Error::Unreachable)?;
        let places = Arc::new(Semaphore::new(config.concurrency.max(1)));
        Ok(Self { http, config: Arc::new(config), places })
    }

    /// Calls on one project.
    #[must_use]
    pub fn project(&self, id: ProjectId, client_id: String, secret: SecretString) -> ProjectClient {
        ProjectClient::new(self.clone(), id, client_id, secret)
    }

    /// `GET /api/status`: whether it lives (`diffgram-api.md` §0, row 1).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn status(&self) -> Result<(), Error> {
        self.json::<bool>(Call::get("status", "/api/status".into()), None, None).await.map(drop)
    }

    /// `GET /api/configs/is-oauth2-set`: how people sign in to Diffgram itself (`diffgram-api.md` §1.4).
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn sign_on(&self) -> Result<SignOn, Error> {
        #[derive(serde::Deserialize)]
        struct Wire {
            use_oauth2: bool,
            #[serde(default)]
            login_url: Option<String>,
        }
        let wire: Wire = self.json(Call::get("sign-on", "/api/configs/is-oauth2-set".into()), None, None).await?;
        Ok(SignOn { by_provider: wire.use_oauth2, login_url: wire.login_url.filter(|_| wire.use_oauth2) })
    }

    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        call: Call,
        key: Option<&Key>,
        address: Option<IpAddr>,
    ) -> Result<T, Error> {
        let mut tried = 0;
        loop {
            tried += 1;
            let error = match self.once(&call, key, address).await {
                Ok(body) => {
                    return serde_json::from_slice(&body).map_err(|source| Error::Shape { what: call.what, source });
                }
                Err(error) => error,
            };
            let wait = error.retry_after().unwrap_or(Duration::ZERO);
            let again = call.read
                && tried < TRIES
                && wait <= MAX_WAIT
                && matches!(error, Error::Unreachable(_) | Error::Busy { .. });
            if !again {
                return Err(error);
            }
            tracing::debug!(call = call.what, tried, error = &error as &dyn std::error::Error, "diffgram.retry");
            let jitter = Duration::from_millis(rand::random_range(50..150) * u64::from(tried));
            tokio::time::sleep(wait + jitter).await;
        }
    }

    async fn once(&self, call: &Call, key: Option<&Key>, address: Option<IpAddr>) -> Result<Vec<u8>, Error> {
        // The semaphore is never closed.
        let _place = self.places.acquire().await.map_err(|_| Error::Timeout)?;
        tokio::time::timeout(self.config.timeout, self.exchange(call, key, address))
            .await
            .map_err(|_| Error::Timeout)?
    }

    async fn exchange(&self, call: &Call, key: Option<&Key>, address: Option<IpAddr>) -> Result<Vec<u8>, Error> {
        let mut url = self.config.url.clone();
        url.set_path(&call.path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        // Without this Diffgram redirects to https (§1.7).
        let mut request = self.http.request(call.method.clone(), url).header("X-Forwarded-Proto", "https");
        if let Some(key) = key {
            request = request.basic_auth(&key.client_id, Some(key.secret.expose_secret()));
        }
        if let Some(address) = address {
            request = request.header("X-Forwarded-For", address.to_string());
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let mut answer = request.send().await.map_err(unreachable)?;
        let status = answer.status();
        let retry_after = answer
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        let is_json = answer
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/json"));
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > self.config.max_body {
                return Err(Error::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        judge(status, is_json, retry_after, body)
    }
}

/// A connection's fault; Diffgram's status line `HTTP/1.1 0 9h9h` also ends here, and is none.
fn unreachable(error: reqwest::Error) -> Error {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.to_string().contains("invalid HTTP") {
            return Error::Server { status: 0 };
        }
        cause = inner.source();
    }
    if error.is_timeout() { Error::Timeout } else { Error::Unreachable(error) }
}

/// HTTP status first, then `log.error`: `log.success` says nothing (`diffgram-api.md` §1.6).
fn judge(status: StatusCode, is_json: bool, retry_after: Option<Duration>, body: Vec<u8>) -> Result<Vec<u8>, Error> {
    let code = status.as_u16();
    match code {
        300..=399 => return Err(Error::Redirect),
        401 | 403 => return Err(Error::Forbidden { status: code }),
        429 => return Err(Error::RateLimited { retry_after }),
        // A database error inside Diffgram, which its dispatcher takes for an outage.
        503 if is_json && is_dispatchers_word(&body) => return Err(Error::Server { status: code }),
        502..=504 => return Err(Error::Busy { status: code, retry_after }),
        500..=599 => return Err(Error::Server { status: code }),
        _ => {}
    }
    if !is_json {
        return Err(Error::NotJson { status: code });
    }
    let fields = refusals(&body, status);
    if !status.is_success() || !fields.is_empty() {
        return Err(Error::Refused { status: code, fields });
    }
    Ok(body)
}

fn is_dispatchers_word(body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|value| {
        value
            .pointer("/error/message")
            .and_then(Value::as_str)
            .is_some_and(|text| text.starts_with("Service is unreachable"))
    })
}

/// Why Diffgram refused, from any of its shapes: `log.error` (a map or a text), a bare log, `error`, and `message`, which is a
/// reason only beside a failing status.
fn refusals(body: &[u8], status: StatusCode) -> Vec<(String, String)> {
    // Only the head of a large answer could be an error; a full parse of megabytes twice would be waste.
    #[derive(serde::Deserialize)]
    struct Head {
        log: Option<Value>,
        error: Option<Value>,
        message: Option<Value>,
    }
    // A bare list says nothing: read as fields in their order, its second member would be an error.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Vec::new();
    }
    let Ok(head) = serde_json::from_slice::<Head>(body) else { return Vec::new() };
    let error = head.log.as_ref().and_then(|log| log.get("error")).or(head.error.as_ref());
    match error.or(head.message.as_ref().filter(|_| !status.is_success())) {
        Some(Value::Object(map)) => map.iter().map(|(field, why)| (field.clone(), words(why))).collect(),
        Some(Value::String(text)) if !text.is_empty() => vec![(String::new(), text.clone())],
        _ => Vec::new(),
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
