//! "Acme Shop": a host app of the demo on a site of its own. Its page has the portal's element, or with `?frame=plain` a frame
//! without it; its backend mints tokens with keys that never leave it.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{
    people::{ACME, PEOPLE, Person},
    server::Server,
};

/// Its id in the portal's configuration.
pub const ID: &str = "shop";
/// The same app by its address: for browsers that is the portal's own site, and a host of its own for the portal.
pub const SAME_SITE: &str = "market";

/// Its logo, which its frames carry.
pub const LOGO: &str = include_str!("../media/shop/logo.svg");

const PAGE: &str = include_str!("../media/shop/index.html");
const PLAIN_PAGE: &str = include_str!("../media/shop/plain.html");
const STYLE: &str = include_str!("../media/shop/shop.css");
const SCRIPT: &str = include_str!("../media/shop/shop.js");
const PLAIN_SCRIPT: &str = include_str!("../media/shop/plain.js");
/// The attribute that the shop adds options to: the demo's tree of colours.
const COLOURS: i64 = 8;

/// The shop's keys at the portal.
#[derive(Debug)]
pub struct Keys {
    /// For everybody who uses the shop.
    pub people: String,
    /// For its own admins, and for its options.
    pub admins: String,
}

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

struct Inner {
    portal: String,
    keys: Keys,
    http: reqwest::Client,
}

/// The running app; ends when dropped.
#[derive(Debug)]
pub struct Shop {
    /// Where it is: `localhost`, while the portal is on an address. For browsers these are two sites.
    pub url: String,
    _server: Server,
}

/// The origin of a shop that will listen there.
///
/// # Errors
/// When the listener has no address.
pub fn origin(listener: &TcpListener) -> std::io::Result<String> {
    Ok(format!("http://localhost:{}", listener.local_addr()?.port()))
}

/// The origin of the same app on the portal's site.
///
/// # Errors
/// When the listener has no address.
pub fn same_site(listener: &TcpListener) -> std::io::Result<String> {
    Ok(format!("http://127.0.0.1:{}", listener.local_addr()?.port()))
}

/// Which of the two the browser sees.
fn id_of(headers: &HeaderMap) -> &'static str {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if host.starts_with("localhost") { ID } else { SAME_SITE }
}

impl Shop {
    /// Serves on an address that was bound before, for this portal, with keys of the scopes `embed`; `embed:admin`, `schemas:write`.
    ///
    /// # Errors
    /// When the listener has no address or the HTTP client cannot be made.
    pub fn start(listener: TcpListener, portal: &str, keys: Keys) -> anyhow::Result<Self> {
        let url = origin(&listener)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let inner = Arc::new(Inner { portal: portal.to_owned(), keys, http });
        let router = Router::new()
            .route("/", routing::get(page))
            .route("/shop.css", routing::get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
            .route("/shop.js", routing::get(async || ([(header::CONTENT_TYPE, JAVASCRIPT)], SCRIPT)))
            .route("/plain.js", routing::get(async || ([(header::CONTENT_TYPE, JAVASCRIPT)], PLAIN_SCRIPT)))
            .route("/token", routing::post(token))
            .route("/option", routing::post(option))
            .with_state(inner);
        Ok(Self { url, _server: Server::start(listener, router) })
    }
}

/// How its page is asked for.
#[derive(Deserialize)]
struct Asked {
    frame: Option<String>,
}

async fn page(State(shop): State<Arc<Inner>>, Query(asked): Query<Asked>, headers: HeaderMap) -> impl IntoResponse {
    // A real app knows by its own sign-in who is there; the demo asks. Ana first: she has tasks of her own.
    let (ana, others): (Vec<&Person>, Vec<&Person>) = PEOPLE
        .iter()
        .filter(|person| person.member_of.is_some_and(|(project, _)| project == ACME))
        .partition(|person| person.email.starts_with("ana@"));
    let people: String = ana
        .iter()
        .chain(&others)
        .map(|person| format!("<option value=\"{}\">{}</option>", person.email, person.name()))
        .collect();
    let page = if asked.frame.as_deref() == Some("plain") { PLAIN_PAGE } else { PAGE };
    let html =
        page.replace("{{portal}}", &shop.portal).replace("{{people}}", &people).replace("{{host}}", id_of(&headers));
    // A host app allows its own things and the portal in a frame.
    let policy = format!(
        "default-src 'self'; script-src 'self' {0}; img-src 'self' data:; frame-src {0}; base-uri 'none'; frame-ancestors 'none'",
        shop.portal
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html))
}

#[derive(Deserialize)]
struct Wanted {
    email: String,
}

/// What the backend of a host app does: it knows who is signed in to it, and asks the portal for a token for them.
async fn token(State(shop): State<Arc<Inner>>, headers: HeaderMap, Json(wanted): Json<Wanted>) -> Response {
    // Alex looks after the shop's questions, too.
    let is_admin = wanted.email.starts_with("alex@");
    let (key, role) = if is_admin { (&shop.keys.admins, "admin") } else { (&shop.keys.people, "reviewer") };
    let asked = shop
        .http
        .post(format!("{}/api/embed-tokens", shop.portal))
        .bearer_auth(key)
        .json(&json!({"host": id_of(&headers), "email": wanted.email, "role": role}));
    passed_on(asked).await
}

/// Step 10: options from the app. The same option again changes nothing.
async fn option(State(shop): State<Arc<Inner>>) -> Response {
    let name = "colour of the season";
    let asked = shop
        .http
        .patch(format!("{}/api/attributes/{COLOURS}/options", shop.portal))
        .bearer_auth(&shop.keys.admins)
        .json(&json!({"add": [{"name": name}]}));
    let answer = passed_on(asked).await;
    if answer.status().is_success() {
        return Json(json!({"words": format!("“{name}” is among the colours.")})).into_response();
    }
    answer
}

async fn passed_on(asked: reqwest::RequestBuilder) -> Response {
    let Ok(answer) = asked.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Json(answer.json::<Value>().await.unwrap_or_default())).into_response()
}
