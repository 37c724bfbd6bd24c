//! Bars over the page: offline, session over, Diffgram away, new version. Each says what it means and what to do.

use leptos::prelude::*;

use crate::{
    app::portal,
    platform,
    session::{self, SessionState},
    text::{app, bar, t, t_with},
    ui::changing::at_times,
};

/// The bars that apply right now.
#[component]
pub fn Bars() -> impl IntoView {
    let portal = portal();
    let sign_in = move |_| {
        leptos::task::spawn_local(async move { session::by_button(portal, platform::here()).await });
    };
    let reload = move |_| drop(platform::location().reload());
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
    view! {
        <div role="status" aria-live="polite">
            {at_times(move || seen().map(|words| view! {
                <div class="bar">{words} <button type="button" class="btn" on:click=move |_| session::stop_seeing(portal)>{t(bar::STOP)}</button></div>
            }.into_any()))}
            {at_times(move || (!portal.online.get()).then(|| view! { <div class="bar">{t(bar::OFFLINE)}</div> }.into_any()))}
            {at_times(move || portal.expired.get().then(|| view! {
                <div class="bar bad">{t(bar::EXPIRED)} <button type="button" class="btn" on:click=sign_in>{t(app::SIGN_IN)}</button></div>
            }.into_any()))}
            {at_times(move || away().map(|words| view! { <div class="bar">{words}</div> }.into_any()))}
            {at_times(move || other_version().then(|| view! {
                <div class="bar">{t(bar::NEW_VERSION)} <button type="button" class="btn" on:click=reload>{t(app::RELOAD)}</button></div>
            }.into_any()))}
        </div>
    }
}
