//! Signing in by a provider of Diffgram's own (SSO), when that is on: as the real one, it forgets where people were going and ends
//! on the dashboard (`diffgram-api.md` §3.1).

use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{Inner, Shared, auth, lock, ok, pages};
use crate::people::Person;

/// Where people choose who they are: the provider, in small.
fn login_url(inner: &Inner) -> String {
    format!("{}/__demo/provider?client_id=diffgram&redirect_uri={}/user/oauth2-login/", inner.base, inner.base)
}

/// `GET /api/configs/is-oauth2-set`.
pub(super) async fn is_set(State(shared): State<Shared>) -> Response {
    let inner = lock(&shared);
    if inner.sign_on {
        ok(&json!({"use_oauth2": true, "login_url": login_url(&inner)}))
    } else {
        ok(&json!({"use_oauth2": false}))
    }
}

/// What the sign-in page shows instead of people: a button that leads to the provider, without where one was going.
pub(super) fn button(inner: &Inner) -> Option<String> {
    let url = login_url(inner).replace('&', "&amp;");
    inner.sign_on.then(|| format!("<p><a class=\"btn\" href=\"{url}\">Sign in with SSO</a></p>"))
}

/// The provider's page.
pub(super) async fn provider() -> Response {
    let links: String = pages::people().fold(String::new(), |links, person| {
        format!("{links}<a class=\"btn\" href=\"/user/oauth2-login/?code={}\">{}</a>", person.email, person.name())
    });
    pages::page("Sign in", &format!("<main class=\"card\"><h1>Company sign-in</h1>{links}</main>"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    code: String,
    /// Honoured by the real page too, but nobody puts it there.
    #[serde(default)]
    redirect: String,
}

/// Back from the provider: signed in, and on the dashboard.
pub(super) async fn back(State(shared): State<Shared>, Query(back): Query<Back>) -> Response {
    let Some(person) = Person::by_email(&back.code) else { return Redirect::to("/user/login").into_response() };
    let to = if back.redirect.is_empty() { "/home/dashboard" } else { pages::own_path(&back.redirect) };
    let cookie = format!("session={}; HttpOnly; Path=/", auth::session_value(&lock(&shared), person.user_id()));
    let mut response = Redirect::to(to).into_response();
    if let Ok(value) = cookie.parse() {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
