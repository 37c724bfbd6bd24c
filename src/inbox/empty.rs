//! What the list says when there is nothing in it: why, and what to do.

use leptos::prelude::*;
use portal_model::task::Tab;

use crate::{
    api::Failure,
    app::portal,
    paths::InboxView,
    text::{app, inbox as words, problem, t, t_with},
};

/// Nothing to show.
#[component]
pub fn Empty(go: Callback<(InboxView, bool)>) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    move || {
        let view = inbox.view.get();
        let has_any = inbox.counts.with(|counts| counts.as_ref().is_some_and(|counts| counts.all > 0));
        let reading = portal.freshness.with(|freshness| freshness.as_ref().filter(|f| !f.complete).map(|f| f.percent));
        let (title, said) = match (&view, reading) {
            (view, _) if !view.q.is_empty() => {
                (t_with(words::SEARCH_TITLE, &[("q", &view.q)]), t(words::SEARCH_WORDS).to_owned())
            }
            (_, Some(percent)) => (
                t(words::NONE_READING_TITLE).to_owned(),
                t_with(words::NONE_READING_WORDS, &[("percent", &percent.to_string())]),
            ),
            (_, None) if !has_any => (t(words::NONE_TITLE).to_owned(), t(words::NONE_WORDS).to_owned()),
            (view, None) => {
                let (title, said) = match view.tab {
                    Tab::Todo => (words::TODO_TITLE, words::TODO_WORDS),
                    Tab::InReview => (words::IN_REVIEW_TITLE, words::IN_REVIEW_WORDS),
                    Tab::Done => (words::DONE_TITLE, words::DONE_WORDS),
                    Tab::All => (words::NONE_TITLE, words::NONE_WORDS),
                };
                (t(title).to_owned(), t(said).to_owned())
            }
        };
        let way_on = if !view.q.is_empty() {
            Some((words::CLEAR, InboxView { q: String::new(), ..view }))
        } else if has_any && view.tab != Tab::All {
            Some((words::SEE_ALL, InboxView { tab: Tab::All, ..view }))
        } else {
            None
        };
        view! {
            <div class="empty">
                <h2><bdi>{title}</bdi></h2>
                <p>{said}</p>
                {way_on.map(|(label, to)| view! {
                    <button type="button" class="btn" on:click=move |_| go.run((to.clone(), false))>{t(label)}</button>
                })}
            </div>
        }
    }
}

/// The list could not be read.
#[component]
pub fn Failed(failure: Failure) -> impl IntoView {
    let portal = portal();
    let request = failure.request_id().map(|id| t_with(problem::REQUEST, &[("id", id)]));
    view! {
        <div class="empty" role="alert">
            <p>{failure.words()}</p>
            <button type="button" class="btn" on:click=move |_| portal.inbox.read_again(portal)>{t(app::TRY_AGAIN)}</button>
            {request.map(|request| view! { <p class="quiet">{request}</p> })}
        </div>
    }
}
