//! `/signin/callback`: the provider sends the person back here.

use leptos::prelude::*;
use portal_model::api::{SessionRequest, SignedIn, path};
use wasm_bindgen::JsValue;

use super::{
    pages::{signin, stopped},
    signin::{verifier_name, worked},
};
use crate::{
    api::{self, Failure},
    paths, platform,
    text::{session, t, t_with},
    ui::notice::{Kind, notice, wait},
};

/// What became of it.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    Waiting,
    /// The provider said no, in its words if it gave any.
    Denied(Option<String>),
    /// The tab has no verifier: storage is blocked, or this is another tab.
    NoVerifier,
    Failed(Failure),
}

/// Finishes the sign-in, and goes where the person wanted to go.
#[component]
pub fn CallbackPage() -> impl IntoView {
    let outcome = RwSignal::new(Outcome::Waiting);
    let search = platform::location().search().unwrap_or_default();
    // The code must not stay in the address, nor in the history.
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path::SIGNIN_CALLBACK));
    }
    let parameters = web_sys::UrlSearchParams::new_with_str(&search).ok();
    leptos::task::spawn_local(async move {
        let get = |name: &str| parameters.as_ref().and_then(|all| all.get(name));
        let result = match (get("code"), get("state")) {
            _ if get("error").is_some() => Outcome::Denied(get("error_description")),
            (Some(code), Some(state)) => finish(code, state, get("iss")).await,
            _ => Outcome::Denied(None),
        };
        let _ = outcome.try_set(result);
    });
    move || {
        let (title, words) = match outcome.get() {
            Outcome::Waiting => return wait(Kind::Page, t(session::SIGNING_IN)),
            Outcome::Failed(failure) => return stopped(Some(&failure)),
            Outcome::NoVerifier => (session::STOPPED_TITLE, t(session::STORAGE_BLOCKED).to_owned()),
            Outcome::Denied(words) => {
                let words = words.filter(|words| !words.trim().is_empty());
                let said = words.map_or_else(
                    || t(session::DENIED_PLAIN).to_owned(),
                    |words| t_with(session::DENIED_WORDS, &[("words", &words)]),
                );
                (session::DENIED_TITLE, said)
            }
        };
        notice(Kind::Page, t(title), vec![words], vec![signin(false)])
    }
}

async fn finish(code: String, state: String, iss: Option<String>) -> Outcome {
    let name = verifier_name(&state);
    let storage = platform::session_storage();
    let verifier = storage.as_ref().and_then(|storage| storage.get_item(&name).ok().flatten());
    let Some(verifier) = verifier else {
        // Sent without one, so that the gateway can tell a foreign state from a tab that lost its storage.
        let asked = SessionRequest { code, state, iss, verifier: String::new() };
        return match api::send::<SignedIn>("POST", path::SESSION, Some(&asked)).await {
            Err(failure) if super::is_stale(&failure) => Outcome::Failed(failure),
            _ => Outcome::NoVerifier,
        };
    };
    if let Some(storage) = &storage {
        let _ = storage.remove_item(&name);
    }
    match api::send::<SignedIn>("POST", path::SESSION, Some(&SessionRequest { code, state, iss, verifier })).await {
        Ok(signed_in) => {
            worked();
            let to = if signed_in.return_to.starts_with('/') { signed_in.return_to } else { paths::INBOX.to_owned() };
            let _ = platform::location().replace(&to);
            Outcome::Waiting
        }
        Err(failure) => Outcome::Failed(failure),
    }
}
