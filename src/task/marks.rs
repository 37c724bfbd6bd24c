//! How many annotations there are, and which is which on the picture.

use leptos::prelude::*;
use portal_model::{api::TaskDetail, results::Tally};

use crate::{
    paths,
    stage::{MarkList, Shown},
    text::{t, t_count, task as words},
};

/// What is drawn, in words.
#[component]
pub fn Marks(first: TaskDetail, shown: Shown) -> impl IntoView {
    let unavailable = first.annotations_unavailable;
    let file = first.row.file.id;
    view! {
        <section aria-labelledby="marks">
            <h2 id="marks">{t(words::ANNOTATIONS)}</h2>
            {unavailable.then(|| view! { <p class="note">{t(words::ANNOTATIONS_MISSING)}</p> })}
            {move || {
                let tally = shown.annotations.with(|all| shown.view.with(|view| Tally::of(all, view)));
                match (tally.truths, tally.predictions) {
                    (0, 0) if unavailable => ().into_any(),
                    (0, 0) => view! { <p class="quiet">{t(words::NO_ANNOTATIONS)}</p> }.into_any(),
                    (people, models) => view! {
                        <p class="quiet">{t_count(words::ANNOTATIONS_ONE, words::ANNOTATIONS_OTHER, people)}</p>
                        {(models > 0).then(|| view! {
                            <p class="quiet">{t_count(words::PREDICTIONS_ONE, words::PREDICTIONS_OTHER, models)}
                                " · "<a href=paths::file(file)>{t(words::RESULTS)}</a></p>
                            <label class="check">
                                <input type="checkbox" prop:checked=move || shown.view.read().predictions
                                    on:change=move |event| shown.view.update(|view| view.predictions = event_target_checked(&event))/>
                                {t(words::SHOW_PREDICTIONS)}
                            </label>
                        })}
                    }.into_any(),
                }
            }}
            <MarkList shown/>
        </section>
    }
}
