//! "Acme Shop": a host app of the demo on a site of its own. Its page has the portal in a frame; its backend mints tokens with a
//! key that never leaves it.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
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

const PAGE: &str = include_str!("../media/shop/index.html");
const STYLE: &str = include_str!("../media/shop/shop.css");
const SCRIPT: &str = include_str!("../media/shop/shop.js");

struct Inner {
    portal: String,
    key: String,
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

impl Shop {
    /// Serves on an address that was bound before, for this portal, with a key of scope `embed`.
    ///
    /// # Errors
    /// When the listener has no address or the HTTP client cannot be made.
    pub fn start(listener: TcpListener, portal: &str, key: String) -> anyhow::Result<Self> {
        let url = origin(&listener)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        let inner = Arc::new(Inner { portal: portal.to_owned(), key, http });
        let router = Router::new()
            .route("/", routing::get(page))
            .route("/shop.css", routing::get(async || ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
            .route(
                "/shop.js",
                routing::get(async || ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT)),
            )
            .route("/token", routing::post(token))
            .with_state(inner);
        Ok(Self { url, _server: Server::start(listener, router) })
    }
}

async fn page(State(shop): State<Arc<Inner>>) -> impl IntoResponse {
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
    let html = PAGE.replace("{{portal}}", &shop.portal).replace("{{people}}", &people);
    // A host app allows its own things and the portal in a frame.
    let policy = format!(
        "default-src 'self'; img-src 'self' data:; frame-src {}; base-uri 'none'; frame-ancestors 'none'",
        shop.portal
    );
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(html))
}

#[derive(Deserialize)]
struct Wanted {
    email: String,
}

/// What the backend of a host app does: it knows who is signed in to it, and asks the portal for a token for them.
async fn token(State(shop): State<Arc<Inner>>, Json(wanted): Json<Wanted>) -> Response {
    let asked = shop
        .http
        .post(format!("{}/api/embed-tokens", shop.portal))
        .bearer_auth(&shop.key)
        .json(&json!({"host": ID, "email": wanted.email, "role": "reviewer"}))
        .send()
        .await;
    let Ok(answer) = asked else { return StatusCode::BAD_GATEWAY.into_response() };
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
    (status, Json(answer.json::<Value>().await.unwrap_or_default())).into_response()
}
