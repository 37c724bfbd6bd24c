//! What became of the task, as far as the portal saw it.

use leptos::prelude::*;
use portal_model::{api::Moment, task::Part};

use crate::{
    text::{t, task as words},
    ui::{ago::Ago, pill::status_words},
};

/// The statuses it came to, oldest first; nothing while nothing was seen.
#[component]
pub fn History(history: Memo<Vec<Moment>>, part: Part) -> impl IntoView {
    move || {
        let moments = history.get();
        (!moments.is_empty()).then(|| view! {
            <section aria-labelledby="history">
                <h2 id="history">{t(words::HISTORY)}</h2>
                <ol class="history">
                    {moments.into_iter().map(|moment| view! {
                        <li><span>{status_words(&moment.status, part)}</span><Ago time=Signal::stored(moment.at)/></li>
                    }.into_any()).collect::<Vec<_>>()}
                </ol>
                <p class="quiet">{t(words::HISTORY_WORDS)}</p>
            </section>
        })
    }
}
