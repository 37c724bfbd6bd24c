//! `/embed/{host}/signed-out`: after signing out inside a frame. Loaded anew, so that nothing of the person is left.

use leptos::prelude::*;
use portal_model::{
    api::embed::{self as model, EmbedHost},
    embed::FromFrame,
};

use super::around;
use crate::{
    api, paths,
    text::{app, embed as words, session, t},
    ui::notice::{Kind, notice},
};

/// Tells the page around, and offers to sign in again.
#[component]
pub fn OutPage() -> impl IntoView {
    if around::is_framed() {
        leptos::task::spawn_local(async {
            // Without an answer nobody knows whom to tell.
            if let Ok(host) = api::get::<EmbedHost>(model::HOST).await {
                around::say(&host, FromFrame::SignedOut);
            }
        });
    }
    let again = view! { <a class="btn primary" href=paths::inbox()>{t(app::SIGN_IN)}</a> };
    notice(Kind::Page, t(session::SIGNED_OUT_TITLE), vec![t(words::OUT_WORDS).to_owned()], vec![again.into_any()])
}
