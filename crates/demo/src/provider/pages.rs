//! The provider's pages. No script; a style sheet of its own.

use axum::{
    http::header,
    response::{Html, IntoResponse, Response},
};

use super::{Authorize, everybody};
use crate::people::Person;

pub(super) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css")], STYLE)
}

const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;font:15px/1.5 system-ui,sans-serif;\
background:light-dark(#f4f5f7,#101114);color:light-dark(#17181c,#ecedf0)}main{inline-size:min(420px,calc(100vw - 32px));\
background:light-dark(#fff,#16181d);border:1px solid light-dark(#e2e4ea,#2c313b);border-radius:14px;padding:24px;box-sizing:border-box;margin:16px 0}\
h1{font-size:20px;margin:0 0 4px}p{margin:0 0 16px;color:light-dark(#565b67,#a4a9b5)}form{display:grid;gap:8px;margin:0}\
button{font:inherit;text-align:start;padding:10px 14px;border-radius:10px;border:1px solid light-dark(#d5d8e0,#3a404d);background:none;color:inherit;cursor:pointer}\
button:hover{background:light-dark(#f2f3f6,#1d2027)}button:focus-visible{outline:2px solid #4c6ef5;outline-offset:2px}small{display:block;color:light-dark(#5d6370,#a0a6b4)}\
.first{border-color:#4c6ef5}footer{margin-block-start:16px;font-size:13px;color:light-dark(#5d6370,#a0a6b4)}";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/style.css\"></head><body><main>{body}<footer>A stand-in identity provider, for demo and tests only.</footer></main></body></html>"
    );
    let policy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(html)).into_response()
}

pub(super) fn refused(why: &str) -> Response {
    page("Refused", &format!("<h1>This sign-in cannot go on</h1><p>{}</p>", escape(why)))
}

pub(super) fn signed_out() -> Response {
    page("Signed out", "<h1>You are signed out</h1><p>You can close this page.</p>")
}

pub(super) fn who_are_you(request: &Authorize, remembered: Option<&Person>) -> Response {
    let hidden: String = [
        ("response_type", &request.response_type),
        ("client_id", &request.client_id),
        ("redirect_uri", &request.redirect_uri),
        ("scope", &request.scope),
        ("state", &request.state),
        ("nonce", &request.nonce),
        ("code_challenge", &request.code_challenge),
        ("code_challenge_method", &request.code_challenge_method),
    ]
    .iter()
    .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value)))
    .collect();
    let hinted = Person::by_email(&request.login_hint).or(remembered);
    let button = |person: &Person, first: bool| {
        let (class, words) =
            if first { (" class=\"first\"", format!("Continue as {}", person.name())) } else { ("", person.name()) };
        format!(
            "<button{class} name=\"person\" value=\"{}\">{words}<small>{} · {}</small></button>",
            person.email, person.email, person.what
        )
    };
    let first: String = hinted.map(|person| button(person, true)).unwrap_or_default();
    let rest: String = everybody()
        .filter(|person| hinted.is_none_or(|first| first.email != person.email))
        .map(|person| button(person, false))
        .collect();
    page(
        "Who are you?",
        &format!(
            "<h1>Who are you?</h1><p>Choose somebody to sign in as.</p><form method=\"post\" action=\"/authorize\">{hidden}{first}{rest}\
             <button name=\"person\" value=\"\">Nobody: do not sign in</button></form>"
        ),
    )
}
