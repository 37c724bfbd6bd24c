//! The one gate for requests: what went wrong is told apart here, once, and worded for people.

use portal_model::problem::{Problem, ProblemType};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::{
    paths,
    text::{Key, problem, t},
};

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No connection, or the answer was cut or no JSON.
    Offline,
    /// The gateway said why.
    Problem(Problem),
}

impl Failure {
    /// Whether the session is missing or over.
    pub fn is_signed_out(&self) -> bool {
        matches!(self, Self::Problem(Problem { kind: ProblemType::SignedOut | ProblemType::SessionExpired, .. }))
    }

    /// Whether it is unknown or not theirs.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(Problem { kind: ProblemType::NotFound | ProblemType::InvalidRequest, .. }))
    }

    /// What people read.
    pub fn words(&self) -> &'static str {
        t(match self {
            Self::Offline => problem::OFFLINE,
            Self::Problem(said) => words(&said.kind),
        })
    }

    /// Names the request in the gateway's log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Problem(said) => said.request_id.as_deref(),
            Self::Offline => None,
        }
    }
}

fn words(kind: &ProblemType) -> Key {
    match kind {
        ProblemType::SignedOut => problem::SIGNED_OUT,
        ProblemType::SessionExpired => problem::SESSION_EXPIRED,
        ProblemType::SigninState => problem::SIGNIN_STATE,
        ProblemType::SigninRejected => problem::SIGNIN_REJECTED,
        ProblemType::ClockSkew => problem::CLOCK_SKEW,
        ProblemType::EmailUnverified => problem::EMAIL_UNVERIFIED,
        ProblemType::ProviderUnavailable => problem::PROVIDER_UNAVAILABLE,
        ProblemType::NotFound => problem::NOT_FOUND,
        ProblemType::Forbidden => problem::FORBIDDEN,
        ProblemType::CrossSite => problem::CROSS_SITE,
        ProblemType::RateLimited => problem::RATE_LIMITED,
        ProblemType::DiffgramUnavailable => problem::DIFFGRAM_UNAVAILABLE,
        ProblemType::StoreUnavailable => problem::STORE_UNAVAILABLE,
        ProblemType::InvalidRequest
        | ProblemType::InvalidDraft
        | ProblemType::MethodNotAllowed
        | ProblemType::UnsupportedMediaType
        | ProblemType::TooLarge => problem::INVALID_REQUEST,
        ProblemType::Conflict | ProblemType::PreconditionRequired => problem::CONFLICT,
        ProblemType::Incomplete => problem::INCOMPLETE,
        ProblemType::InsufficientScope => problem::FORBIDDEN,
        ProblemType::Internal | ProblemType::Other(_) => problem::INTERNAL,
    }
}

/// Asks. Only the last step is made once for each kind of answer: the rest is long. The first answers were asked for while the wasm was on its way (`init.js`): those are taken, once.
pub async fn get<T: DeserializeOwned>(url: &str) -> Result<T, Failure> {
    parse(&match early(&paths::at(url)) {
        Some(promise) => read(promise).await?,
        None => ask("GET", url, None).await?,
    })
}

/// Asks again, whatever was asked for before.
pub async fn get_fresh<T: DeserializeOwned>(url: &str) -> Result<T, Failure> {
    parse(&ask("GET", url, None).await?)
}

/// Sends.
pub async fn send<T: DeserializeOwned>(method: &str, url: &str, body: Option<&impl Serialize>) -> Result<T, Failure> {
    let body = body.map(|body| serde_json::to_string(body).unwrap_or_default());
    parse(&ask(method, url, body.as_deref()).await?)
}

/// Sends, with headers besides those that are always sent: a version (`if-match`), a key (`idempotency-key`).
pub async fn send_with<T: DeserializeOwned>(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&impl Serialize>,
) -> Result<T, Failure> {
    let body = body.map(|body| serde_json::to_string(body).unwrap_or_default());
    parse(&ask_with(method, url, headers, body.as_deref()).await?)
}

/// Sends a text of a media type of its own.
pub async fn send_text<T: DeserializeOwned>(url: &str, media: &str, text: &str) -> Result<T, Failure> {
    parse(&ask_with("POST", url, &[("content-type", media)], Some(text)).await?)
}

/// An answer without a body (204) reads as nothing: `()`.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(if text.is_empty() { "null" } else { text }).map_err(|_| Failure::Offline)
}

async fn ask(method: &str, url: &str, body: Option<&str>) -> Result<String, Failure> {
    ask_with(method, url, &[], body).await
}

async fn ask_with(method: &str, url: &str, more: &[(&str, &str)], body: Option<&str>) -> Result<String, Failure> {
    let options = web_sys::RequestInit::new();
    options.set_method(method);
    let headers = web_sys::Headers::new().map_err(|_| Failure::Offline)?;
    let _ = headers.set("accept", "application/json");
    if let Some(body) = body {
        let _ = headers.set("content-type", "application/json");
        options.set_body(&JsValue::from_str(body));
    }
    for (name, value) in more {
        let _ = headers.set(name, value);
    }
    options.set_headers(&headers);
    read(leptos::prelude::window().fetch_with_str_and_init(&paths::at(url), &options)).await
}

/// What `init.js` asked for, by its whole address; taken away so that it serves once.
fn early(url: &str) -> Option<js_sys::Promise> {
    let all =
        js_sys::Reflect::get(&leptos::prelude::window(), &"portalEarly".into()).ok().filter(JsValue::is_object)?;
    let url = JsValue::from_str(url);
    let promise = js_sys::Reflect::get(&all, &url).ok()?.dyn_into::<js_sys::Promise>().ok()?;
    let _ = js_sys::Reflect::delete_property(all.unchecked_ref::<js_sys::Object>(), &url);
    Some(promise)
}

/// What was asked for before somebody was signed in is no answer any more.
pub fn forget_early() {
    let _ = js_sys::Reflect::delete_property(
        leptos::prelude::window().unchecked_ref::<js_sys::Object>(),
        &"portalEarly".into(),
    );
}

async fn read(promise: js_sys::Promise) -> Result<String, Failure> {
    let answer = JsFuture::from(promise).await.map_err(|_| Failure::Offline)?;
    let answer: web_sys::Response = answer.dyn_into().map_err(|_| Failure::Offline)?;
    let text = JsFuture::from(answer.text().map_err(|_| Failure::Offline)?).await.map_err(|_| Failure::Offline)?;
    let text = text.as_string().unwrap_or_default();
    if answer.ok() {
        return Ok(text);
    }
    // Something between us and the gateway may answer in its own words.
    Err(serde_json::from_str(&text).map_or(Failure::Offline, Failure::Problem))
}
