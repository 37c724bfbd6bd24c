//! How to ask, by examples.

use leptos::prelude::*;

use crate::text::{Key, explorer as words, t};

/// Examples are in the query language, which is the same in all languages.
const EXAMPLES: [(&str, Key); 18] = [
    ("coffee", words::HELP_NAME),
    ("label:face", words::HELP_LABEL),
    ("label:face score>=0.6", words::HELP_SCORE),
    ("dataset:\"cup and spoon\"", words::HELP_DATASET),
    ("near:0.5", words::HELP_NEAR),
    ("kind:polygon", words::HELP_KIND),
    ("attribute.weather:fog", words::HELP_ATTRIBUTE),
    ("count:face>=3", words::HELP_COUNT),
    ("width>1000", words::HELP_WIDTH),
    ("created:2026-03", words::HELP_CREATED),
    ("updated:7d", words::HELP_UPDATED),
    ("status:complete", words::HELP_STATUS),
    ("disagree:\"run one\",person>0.3", words::HELP_DISAGREE),
    ("has:prediction", words::HELP_HAS),
    ("(type:image or type:video)", words::HELP_TYPE),
    ("-has:annotation", words::HELP_NOT),
    ("sort:-score", words::HELP_SORT),
    ("sample:200 seed:7", words::HELP_SAMPLE),
];

/// A button with a card.
#[component]
pub fn Help() -> impl IntoView {
    view! {
        <button type="button" class="query-help" popovertarget="query-help" aria-label=t(words::HELP) title=t(words::HELP)>"?"</button>
        <div class="help-card" id="query-help" popover="auto">
            <h2>{t(words::HELP)}</h2>
            <p class="quiet">{t(words::HELP_WORDS)}</p>
            <dl>
                {EXAMPLES.map(|(example, what)| view! { <dt><code dir="ltr">{example}</code></dt><dd>{t(what)}</dd> }).into_iter().collect_view()}
            </dl>
        </div>
    }
}
