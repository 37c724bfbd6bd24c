//! `/go/…` when the gateway did not lead on: its status says why.

use leptos::prelude::*;

use crate::{
    platform,
    text::{app, links as w, t},
    ui::notice::{Kind, notice, to_tasks},
};

/// The status of the answer that brought this page, where the browser tells.
fn status() -> Option<u16> {
    let performance = js_sys::Reflect::get(&window(), &"performance".into()).ok()?;
    let ask = js_sys::Reflect::get(&performance, &"getEntriesByType".into()).ok()?;
    let ask: js_sys::Function = wasm_bindgen::JsCast::dyn_into(ask).ok()?;
    let entries = js_sys::Array::from(&ask.call1(&performance, &"navigation".into()).ok()?);
    let status = js_sys::Reflect::get(&entries.get(0), &"responseStatus".into()).ok()?.as_f64()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a status has three digits")]
    let status = status as u16;
    Some(status)
}

/// Says why, to somebody signed in.
#[component]
pub fn GoPage() -> impl IntoView {
    let again = || {
        let reload = move |_| drop(platform::location().reload());
        view! { <button type="button" class="btn primary" on:click=reload>{t(app::TRY_AGAIN)}</button> }.into_any()
    };
    let (title, words, way) = match status() {
        Some(410) => (w::GONE_TITLE, w::GONE_WORDS, to_tasks()),
        Some(400) => (w::MISTYPED_TITLE, w::MISTYPED_WORDS, to_tasks()),
        // Also after a sign-in that another tab finished: asked again, the gateway leads on.
        Some(200 | 503) => (w::LATER_TITLE, w::LATER_WORDS, again()),
        _ => (w::MISSING_TITLE, w::MISSING_WORDS, to_tasks()),
    };
    document().set_title(t(title));
    notice(Kind::Inside, t(title), vec![t(words).to_owned()], vec![way])
}
