//! What the page says when the list could not be read. What an empty list says comes with the filters (`filters::empty`).

use leptos::prelude::*;

use crate::{
    api::Failure,
    app::portal,
    text::{app, problem, t, t_with},
};

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
