//! What the list says when there is nothing in it: why, and what to do.

use leptos::prelude::*;
use portal_model::task::Tab;

use super::{Go, count_of};
use crate::{
    api::Failure,
    app::portal,
    areas,
    paths::InboxView,
    session::{SessionState, pages::contact},
    text::{Key, app, inbox as words, problem, t, t_count, t_with},
};

/// Where to go on from an empty folder, and what that is called with how many tasks there are.
const WAYS: [(Tab, Key, Key); 4] = [
    (Tab::Todo, words::SEE_TODO_ONE, words::SEE_TODO_OTHER),
    (Tab::InReview, words::SEE_REVIEW_ONE, words::SEE_REVIEW_OTHER),
    (Tab::Done, words::SEE_DONE_ONE, words::SEE_DONE_OTHER),
    (Tab::All, words::SEE_ALL_ONE, words::SEE_ALL_OTHER),
];

/// Nothing to show.
#[component]
pub fn Empty(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    // While a list is being read, some are filtered out and some have not come: the reading is said first.
    let reading =
        move || portal.freshness.with(|freshness| freshness.as_ref().filter(|f| !f.complete).map(|f| f.percent));
    let is_filtered = Memo::new(move |_| inbox.view.with(|view| !view.is_plain()) && reading().is_none());
    move || if is_filtered.get() { areas::left_out(go) } else { view! { <Plain go/> }.into_any() }
}

/// Nothing, and no filter is the reason.
#[component]
fn Plain(go: Go) -> impl IntoView {
    let portal = portal();
    let inbox = portal.inbox;
    move || {
        let view = inbox.view.get();
        let counts = inbox.counts.get().unwrap_or_default();
        let reading = portal.freshness.with(|freshness| freshness.as_ref().filter(|f| !f.complete).map(|f| f.percent));
        let (title, said) = match (view.tab, reading) {
            (_, Some(percent)) => {
                let said = t_with(words::NONE_READING_WORDS, &[("percent", &percent.to_string())]);
                (words::NONE_READING_TITLE, said)
            }
            (_, None) if counts.all == 0 => (words::NONE_TITLE, t(words::NONE_WORDS).to_owned()),
            // All that was theirs to do waits for others.
            (Tab::Todo, None) if counts.in_review > 0 => {
                let said = t_count(words::TODO_WAITS_ONE, words::TODO_WAITS_OTHER, counts.in_review);
                (words::TODO_TITLE, said)
            }
            (Tab::Todo, None) => (words::TODO_TITLE, t(words::TODO_WORDS).to_owned()),
            (Tab::SentBack, None) => (words::SENT_BACK_TITLE, t(words::SENT_BACK_WORDS).to_owned()),
            (Tab::InReview, None) => (words::IN_REVIEW_TITLE, t(words::IN_REVIEW_WORDS).to_owned()),
            (Tab::Done, None) => (words::DONE_TITLE, t(words::DONE_WORDS).to_owned()),
            (Tab::All, None) => (words::NONE_TITLE, t(words::NONE_WORDS).to_owned()),
        };
        let ways = WAYS.into_iter().filter_map(|(tab, one, other)| {
            let count = count_of(&counts, tab);
            (tab != view.tab && count > 0).then(|| {
                let to = InboxView { tab, ..view.clone() };
                view! { <li><button type="button" class="btn" on:click=move |_| go.run((to.clone(), false))>{t_count(one, other, count)}</button></li> }
            })
        });
        // Nobody gave them anything: whom to ask.
        let ask = (counts.all == 0 && reading.is_none()).then(|| {
            portal.session.with(|state| match state {
                SessionState::In(session) => contact(session),
                _ => None,
            })
        });
        view! {
            <div class="empty">
                <h2>{t(title)}</h2>
                <p>{said}</p>
                <ul class="ways">{ways.collect_view()}</ul>
                {ask.flatten()}
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
