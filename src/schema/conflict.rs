//! What came between: somebody else's change, or a change that was made only in part. Nothing of the draft is lost in either.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::api::schemas::AttributeState;

use super::{
    rebase::{Dropped, Line, What, compare},
    state::{Editor, Trouble},
    words as say,
};
use crate::{
    paths,
    text::{schema as w, t, t_count, t_with},
};

/// More lines of the comparison are counted, not listed.
const LISTED: usize = 200;

/// What came between, above the fields.
#[component]
pub fn Troubles(editor: Editor) -> impl IntoView {
    view! {
        <div aria-live="polite">
            {move || match editor.trouble.get() {
                Trouble::Conflict(now) => view! { <Conflict editor now/> }.into_any(),
                Trouble::Incomplete { done, left } => view! {
                    <section class="came-between" aria-labelledby="incomplete">
                        <h2 id="incomplete">{t(w::INCOMPLETE_TITLE)}</h2>
                        <h3>{t(w::INCOMPLETE_DONE)}</h3>
                        {if done.is_empty() { view! { <p class="quiet">{t(w::INCOMPLETE_NOTHING)}</p> }.into_any() } else { say::changes(&done) }}
                        <h3>{t(w::INCOMPLETE_LEFT)}</h3>
                        {say::changes(&left)}
                        <p class="buttons"><button type="button" class="btn primary" on:click=move |_| editor.review()>{t(w::APPLY_REST)}</button></p>
                    </section>
                }.into_any(),
                Trouble::None | Trouble::Failed(_) => ().into_any(),
            }}
            {move || {
                let dropped = editor.dropped.get();
                (!dropped.is_empty()).then(|| view! {
                    <section class="came-between" aria-labelledby="dropped">
                        <h2 id="dropped">{t(w::DROPPED)}</h2>
                        <ul>{dropped.iter().map(|one| view! { <li>{dropped_words(one)}</li> }).collect_view()}</ul>
                    </section>
                })
            }}
            {move || editor.applied.get().map(|(line, changes)| view! {
                <p class="applied">
                    {t_count(w::APPLIED_ONE, w::APPLIED_OTHER, u32::try_from(changes.len()).unwrap_or(u32::MAX))}" "
                    <a href=paths::change(line)>{t(w::SEE_LINE)}</a>
                </p>
            })}
        </div>
    }
}

fn dropped_words(dropped: &Dropped) -> String {
    match dropped {
        Dropped::Gone(name) => t_with(w::DROPPED_GONE, &[("name", &say::name(name))]),
        Dropped::Unplaced(name) => t_with(w::DROPPED_UNPLACED, &[("name", &say::name(name))]),
        Dropped::Default => t(w::DROPPED_DEFAULT).to_owned(),
    }
}

/// Three states side by side: as I read it, as it is, as I want it.
#[component]
fn Conflict(editor: Editor, now: Arc<AttributeState>) -> impl IntoView {
    let base = editor.base.get_untracked();
    let lines = editor.draft.with_untracked(|draft| compare(&base.attribute, &now.attribute, draft));
    let more = lines.len().saturating_sub(LISTED);
    let mine = now.clone();
    view! {
        <section class="came-between" aria-labelledby="conflict">
            <h2 id="conflict">{t(w::CONFLICT_TITLE)}</h2>
            <p>{t(w::CONFLICT_WORDS)}</p>
            <table class="three">
                <thead><tr><th scope="col">{t(w::WHAT)}</th><th scope="col">{t(w::AS_READ)}</th><th scope="col">{t(w::AS_IS)}</th><th scope="col">{t(w::AS_WANTED)}</th></tr></thead>
                <tbody>{lines.into_iter().take(LISTED).map(row).collect_view()}</tbody>
            </table>
            {(more > 0).then(|| view! { <p class="quiet">{t_with(w::MORE, &[("n", &more.to_string())])}</p> })}
            <p class="buttons">
                <button type="button" class="btn primary" on:click=move |_| editor.resolve(mine.clone(), true)>{t(w::MINE_ON_TOP)}</button>
                <button type="button" class="btn" on:click=move |_| editor.resolve(now.clone(), false)>{t(w::TAKE_THEIRS)}</button>
            </p>
            <p class="quiet">{t(w::CONFLICT_HOW)}</p>
        </section>
    }
}

fn row(line: Line) -> impl IntoView {
    let option = matches!(line.what, What::Option(_));
    let what = match line.what {
        What::Question => t(w::QUESTION).to_owned(),
        What::Name => t(w::NAME).to_owned(),
        What::Min => t(w::MIN).to_owned(),
        What::Max => t(w::MAX).to_owned(),
        What::Default => t(w::DEFAULT).to_owned(),
        What::ReadOnly => t(w::READ_ONLY).to_owned(),
        What::Option(name) => t_with(w::OPTION_NAMED, &[("name", &say::name(&name))]),
    };
    let cell = |head, text: Option<String>| {
        let words = match text {
            Some(text) => say::name(&text),
            None if option => t(w::NOT_THERE).to_owned(),
            None => t(w::NOTHING).to_owned(),
        };
        view! { <td data-head=t(head)>{words}</td> }
    };
    view! {
        <tr class:clash=line.clashes>
            <th scope="row">{what}{line.clashes.then(|| view! { " "<span class="pill back">{t(w::BOTH)}</span> })}</th>
            {cell(w::AS_READ, line.was)}{cell(w::AS_IS, line.now)}{cell(w::AS_WANTED, line.mine)}
        </tr>
    }
}
