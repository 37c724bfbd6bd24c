//! A small identity provider (OpenID Connect, code flow with PKCE enforced). For demo and tests only: it asks who you are and
//! believes it.

mod pages;
mod token;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Form, Json, Router,
    extract::{Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Redirect, Response},
    routing,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use crate::{
    people::{PEOPLE, Person},
    server::Server,
};

/// What to go wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The next ID token carries another nonce.
    WrongNonce,
    /// The next ID token has expired.
    Expired,
    /// The next ID token is unsigned.
    AlgNone,
    /// The next ID token is signed with a shared secret.
    Hs256,
    /// The next ID token is for another client.
    ForeignAudience,
    /// The next ID token is for us and another client.
    TwoAudiences,
    /// The next ID token is from another issuer.
    ForeignIssuer,
    /// The next ID token names an unknown key.
    UnknownKid,
    /// The next ID token brings its own key (`jwk`, `jku`).
    OwnKey,
    /// The next ID token was issued an hour from now.
    FutureIat,
    /// The next ID token is valid only from an hour from now.
    FutureNbf,
    /// The token endpoint answers once with a page.
    HtmlToken,
    /// The token endpoint answers once with 5 MB.
    HugeToken,
    /// The token endpoint redirects once.
    RedirectToken,
    /// The next authorization response has no `iss`.
    NoIss,
    /// The next authorization response names another issuer.
    WrongIss,
    /// Everything answers 503 until the fault is taken back.
    Down,
    /// Discovery names another issuer until the fault is taken back.
    WrongIssuer,
    /// The next authorization is denied.
    Denied,
}

impl Fault {
    fn stays(self) -> bool {
        matches!(self, Self::None | Self::Down | Self::WrongIssuer)
    }
}

/// How to start.
#[derive(Clone, Debug)]
pub struct Options {
    /// Exactly these come back; all others are refused.
    pub redirect_uris: Vec<String>,
    /// Where people may land after signing out here.
    pub post_logout_redirect_uris: Vec<String>,
    /// The one client.
    pub client_id: String,
    /// Its secret; without one it is a public client.
    pub client_secret: Option<String>,
}

/// A request that was seen.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Method and path.
    pub what: String,
    /// Its form or query.
    pub parameters: HashMap<String, String>,
}

struct Code {
    person: &'static Person,
    redirect_uri: String,
    challenge: String,
    nonce: String,
    expires: i64,
}

struct Inner {
    options: Options,
    issuer: String,
    key: token::Key,
    codes: HashMap<String, Code>,
    access_tokens: HashMap<String, &'static Person>,
    fault: Fault,
    seen: VecDeque<Seen>,
}

type Shared = Arc<Mutex<Inner>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Inner> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running provider; ends when dropped.
pub struct Provider {
    /// Its issuer identifier.
    pub issuer: String,
    shared: Shared,
    _server: Server,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Provider {
    /// Serves on an address that was bound before.
    ///
    /// # Errors
    /// When the key cannot be made or the address cannot be served.
    pub fn start(listener: TcpListener, options: Options) -> anyhow::Result<Self> {
        let issuer = format!("http://{}", listener.local_addr()?);
        let shared: Shared = Arc::new(Mutex::new(Inner {
            options,
            issuer: issuer.clone(),
            key: token::Key::generate()?,
            codes: HashMap::new(),
            access_tokens: HashMap::new(),
            fault: Fault::None,
            seen: VecDeque::new(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", routing::get(discovery))
            .route("/authorize", routing::get(authorize).post(decide))
            .route("/token", routing::post(token_endpoint))
            .route("/jwks", routing::get(jwks))
            .route("/userinfo", routing::get(userinfo))
            .route("/end-session", routing::get(end_session))
            .route("/style.css", routing::get(pages::style))
            .layer(middleware::from_fn_with_state(shared.clone(), watch))
            .route("/__demo/fault", routing::post(set_fault))
            .route("/__demo/log", routing::get(log))
            .with_state(shared.clone());
        let server = Server::start(listener, router);
        Ok(Self { issuer, shared, _server: server })
    }

    /// Makes something go wrong from now on, or once.
    pub fn fault(&self, fault: Fault) {
        lock(&self.shared).fault = fault;
    }

    /// Requests seen so far.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.shared).seen.iter().cloned().collect()
    }
}

fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 24]>())
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Takes the fault of the moment, if it is one of these; those for once are used up.
fn take(inner: &mut Inner, among: &[Fault]) -> Fault {
    if !among.contains(&inner.fault) {
        return Fault::None;
    }
    let fault = inner.fault;
    if !fault.stays() {
        inner.fault = Fault::None;
    }
    fault
}

async fn watch(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    {
        let mut inner = lock(&shared);
        let query = request.uri().query().unwrap_or_default();
        let parameters = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        inner.seen.push_back(Seen { what: format!("{} {}", request.method(), request.uri().path()), parameters });
        if inner.seen.len() > 500 {
            inner.seen.pop_front();
        }
        if inner.fault == Fault::Down {
            return (StatusCode::SERVICE_UNAVAILABLE, Html("<h1>503 Service Unavailable</h1>")).into_response();
        }
    }
    next.run(request).await
}

async fn discovery(State(shared): State<Shared>) -> Json<Value> {
    let inner = lock(&shared);
    let base = &inner.issuer;
    let issuer = if inner.fault == Fault::WrongIssuer { format!("{base}/") } else { base.clone() };
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/jwks"),
        "end_session_endpoint": format!("{base}/end-session"),
        "scopes_supported": ["openid", "email", "profile"],
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// An authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Authorize {
    response_type: String,
    client_id: String,
    redirect_uri: String,
    scope: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    login_hint: String,
    /// Set by the page's buttons.
    person: String,
}

impl Authorize {
    /// Why the request is refused, as a sentence for the person: nothing is sent to an address that is not registered.
    fn fault(&self, options: &Options) -> Option<&'static str> {
        if self.client_id != options.client_id {
            return Some("The client id is unknown here.");
        }
        if !options.redirect_uris.contains(&self.redirect_uri) {
            return Some("The redirect URI is not registered here, letter by letter.");
        }
        if self.response_type != "code" || !self.scope.split(' ').any(|scope| scope == "openid") {
            return Some("Only response_type=code with scope openid is offered.");
        }
        if self.code_challenge_method != "S256" || !(43..=128).contains(&self.code_challenge.len()) {
            return Some("PKCE with S256 is required.");
        }
        None
    }
}

async fn authorize(State(shared): State<Shared>, Query(request): Query<Authorize>, headers: HeaderMap) -> Response {
    if let Some(fault) = request.fault(&lock(&shared).options) {
        return (StatusCode::BAD_REQUEST, pages::refused(fault)).into_response();
    }
    let remembered = cookie(&headers).and_then(|email| Person::by_email(&email));
    pages::who_are_you(&request, remembered).into_response()
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let line = headers.get(header::COOKIE)?.to_str().ok()?;
    line.split(';')
        .find_map(|pair| pair.trim().strip_prefix("provider_session=").map(|value| value.replace("%40", "@")))
}

async fn decide(State(shared): State<Shared>, Form(request): Form<Authorize>) -> Response {
    let mut inner = lock(&shared);
    if let Some(fault) = request.fault(&inner.options) {
        return (StatusCode::BAD_REQUEST, pages::refused(fault)).into_response();
    }
    let Ok(mut back) = Url::parse(&request.redirect_uri) else { return StatusCode::BAD_REQUEST.into_response() };
    let fault = take(&mut inner, &[Fault::NoIss, Fault::WrongIss, Fault::Denied]);
    let person = Person::by_email(&request.person).filter(|_| fault != Fault::Denied);
    match person {
        Some(person) => {
            let code = random();
            back.query_pairs_mut().append_pair("code", &code);
            inner.codes.insert(
                code,
                Code {
                    person,
                    redirect_uri: request.redirect_uri,
                    challenge: request.code_challenge,
                    nonce: request.nonce,
                    expires: now() + 60,
                },
            );
        }
        None => {
            back.query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("error_description", "<script>alert(1)</script> You said no.");
        }
    }
    if !request.state.is_empty() {
        back.query_pairs_mut().append_pair("state", &request.state);
    }
    match fault {
        Fault::NoIss => {}
        Fault::WrongIss => drop(back.query_pairs_mut().append_pair("iss", "https://other.example")),
        _ => drop(back.query_pairs_mut().append_pair("iss", &inner.issuer)),
    }
    let mut response = Redirect::to(back.as_str()).into_response();
    if let Some(person) = person
        && let Ok(value) =
            format!("provider_session={}; Path=/; HttpOnly; SameSite=Lax", person.email.replace('@', "%40")).parse()
    {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TokenRequest {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    client_id: String,
    client_secret: String,
}

async fn token_endpoint(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let request: TokenRequest = serde_json::from_value(json!(form)).unwrap_or_default();
    let mut inner = lock(&shared);
    if let Some(seen) = inner.seen.back_mut() {
        seen.parameters.extend(form);
    }
    match take(&mut inner, &[Fault::HtmlToken, Fault::HugeToken, Fault::RedirectToken]) {
        Fault::HtmlToken => return Html("<h1>Please wait</h1>").into_response(),
        Fault::HugeToken => return ([(header::CONTENT_TYPE, "application/json")], "x".repeat(5 << 20)).into_response(),
        Fault::RedirectToken => return Redirect::temporary("http://127.0.0.1:9/stolen").into_response(),
        _ => {}
    }
    let refuse = |status: StatusCode, word: &str| {
        (status, Json(json!({"error": word, "error_description": "refused by the demo provider"}))).into_response()
    };
    let (client, secret) = basic(&headers).unwrap_or((request.client_id, request.client_secret));
    if client != inner.options.client_id
        || inner.options.client_secret.as_ref().is_some_and(|expected| *expected != secret)
    {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if request.grant_type != "authorization_code" {
        return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    // A code is good once, whatever comes of it (RFC 6749 §4.1.2).
    let Some(code) = inner.codes.remove(&request.code) else { return refuse(StatusCode::BAD_REQUEST, "invalid_grant") };
    let challenge =
        URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, request.code_verifier.as_bytes()));
    if code.expires < now() || code.redirect_uri != request.redirect_uri || challenge != code.challenge {
        return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
    }
    let fault = inner.fault;
    if !fault.stays() {
        inner.fault = Fault::None;
    }
    let access = random();
    inner.access_tokens.insert(access.clone(), code.person);
    let id_token = inner.key.id_token(&inner.issuer, &inner.options.client_id, code.person, &code.nonce, fault);
    match id_token {
        Ok(id_token) => (
            [(header::CACHE_CONTROL, "no-store")],
            Json(json!({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": id_token})),
        )
            .into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    // RFC 6749 §2.3.1: both are form-encoded before they are joined.
    let decode = |text: &str| {
        url::form_urlencoded::parse(format!("v={text}").as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    Some((decode(id)?, decode(secret)?))
}

async fn jwks(State(shared): State<Shared>) -> Json<Value> {
    Json(json!({"keys": [lock(&shared).key.public()]}))
}

async fn userinfo(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let inner = lock(&shared);
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match bearer.and_then(|token| inner.access_tokens.get(token)) {
        Some(person) => Json(token::claims(person)).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct EndSession {
    post_logout_redirect_uri: String,
    state: String,
}

async fn end_session(State(shared): State<Shared>, Query(request): Query<EndSession>) -> Response {
    let known = lock(&shared).options.post_logout_redirect_uris.contains(&request.post_logout_redirect_uri);
    let mut response = match Url::parse(&request.post_logout_redirect_uri) {
        Ok(mut back) if known => {
            if !request.state.is_empty() {
                back.query_pairs_mut().append_pair("state", &request.state);
            }
            Redirect::to(back.as_str()).into_response()
        }
        _ => pages::signed_out().into_response(),
    };
    if let Ok(value) = "provider_session=; Path=/; Max-Age=0".parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

#[derive(Debug, Deserialize)]
struct SetFault {
    kind: Fault,
}

async fn set_fault(State(shared): State<Shared>, Json(wanted): Json<SetFault>) -> StatusCode {
    lock(&shared).fault = wanted.kind;
    StatusCode::NO_CONTENT
}

async fn log(State(shared): State<Shared>) -> Json<Vec<Seen>> {
    Json(lock(&shared).seen.iter().cloned().collect())
}

/// Everybody, for the page.
fn everybody() -> impl Iterator<Item = &'static Person> {
    PEOPLE.iter()
}
