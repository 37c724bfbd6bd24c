//! Bars over the page: offline, session over, Diffgram away, new version. Each says what it means and what to do.

use leptos::prelude::*;

use crate::{
    app::{Portal, portal},
    areas, platform,
    session::{self, SessionState},
    text::{Key, app, bar, t, t_with},
    ui::changing::at_times,
};

/// The bars that apply right now.
#[component]
pub fn Bars() -> impl IntoView {
    let portal = portal();
    let away = move || {
        portal.freshness.with(|freshness| {
            let freshness = freshness.as_ref().filter(|freshness| !freshness.diffgram_up)?;
            Some(match &freshness.as_of {
                Some(at) => t_with(bar::DIFFGRAM_DOWN, &[("time", &platform::clock(at))]),
                None => t(bar::DIFFGRAM_DOWN_NEVER).to_owned(),
            })
        })
    };
    let seen = move || {
        portal.session.with(|state| match state {
            SessionState::In(session) => session.seen_by.as_ref().map(|seen| {
                let words = if seen.known { bar::SEEN } else { bar::SEEN_UNKNOWN };
                t_with(words, &[("name", &session.name)])
            }),
            _ => None,
        })
    };
    let other_version = move || {
        portal
            .session
            .with(|state| matches!(state, SessionState::In(session) if session.version != env!("CARGO_PKG_VERSION")))
    };
    let to_see_again: Way = Some((bar::STOP, areas::stop_seeing));
    let to_sign_in: Way = Some((app::SIGN_IN, |portal| {
        leptos::task::spawn_local(async move { session::by_button(portal, platform::here()).await });
    }));
    let to_reload: Way = Some((app::RELOAD, |_| drop(platform::location().reload())));
    view! {
        <div role="status" aria-live="polite">
            {at_times(move || seen().map(|words| said(portal, "bar", words, to_see_again)))}
            {at_times(move || (!portal.online.get()).then(|| said(portal, "bar", t(bar::OFFLINE).to_owned(), None)))}
            {at_times(move || portal.expired.get().then(|| said(portal, "bar bad", t(bar::EXPIRED).to_owned(), to_sign_in)))}
            {at_times(move || away().map(|words| said(portal, "bar", words, None)))}
            {at_times(move || other_version().then(|| said(portal, "bar", t(bar::NEW_VERSION).to_owned(), to_reload)))}
        </div>
    }
}

/// What can be done about it: the words of a button, and what it does.
type Way = Option<(Key, fn(Portal))>;

/// One bar.
fn said(portal: Portal, class: &'static str, words: String, way: Way) -> AnyView {
    let button = way.map(|(words, act)| {
        view! { <button type="button" class="btn" on:click=move |_| act(portal)>{t(words)}</button> }
    });
    view! { <div class=class>{words} " " {button}</div> }.into_any()
}
