//! Somebody else's change came between: three states side by side, and the two ways on. Nothing of the draft is lost in either.

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::api::schemas::SchemaDetail;

use super::three::{Line, Part, compare};
use crate::{
    schema::state::{Editor, Trouble},
    text::{number, publish as w, schema, t, t_with},
    ui::notice::request,
};

/// More lines of the comparison are counted, not listed.
const LISTED: usize = 200;

/// What came between, above the editor.
#[component]
pub fn Troubles(editor: Editor) -> impl IntoView {
    view! {
        <div aria-live="polite">
            {move || match editor.trouble.get() {
                // What differs now is what the run has made by now.
                Trouble::Conflict(_) if editor.run.read().is_some() => ().into_any(),
                Trouble::Conflict(now) => view! { <Conflict editor now/> }.into_any(),
                Trouble::Failed(failure) => view! {
                    <section class="came-between" role="alert">
                        <p class="fault">{failure.words()}" "{t(schema::DRAFT_STAYS)}</p>
                        {request(Some(&failure))}
                        <p class="buttons"><button type="button" class="btn" on:click=move |_| editor.trouble.set(Trouble::None)>{t(w::CLOSE)}</button></p>
                    </section>
                }.into_any(),
                Trouble::None => ().into_any(),
            }}
        </div>
    }
}

/// As I read it, as it is, as I want it.
#[component]
fn Conflict(editor: Editor, now: Arc<SchemaDetail>) -> impl IntoView {
    let base = editor.base.get_untracked();
    let parts = editor.draft.with_untracked(|draft| compare(&base.plain(), &now.plain(), draft));
    let all: usize = parts.iter().map(|part| part.lines.len()).sum();
    let more = u32::try_from(all.saturating_sub(LISTED)).unwrap_or(u32::MAX);
    let mut room = LISTED;
    let parts: Vec<AnyView> = parts
        .into_iter()
        .filter_map(|mut part| {
            part.lines.truncate(room);
            room -= part.lines.len();
            (!part.lines.is_empty()).then(|| of_part(part))
        })
        .collect();
    let mine = now.clone();
    view! {
        <section class="came-between" aria-labelledby="conflict">
            <h2 id="conflict">{t(w::CONFLICT)}</h2>
            <p>{t(schema::CONFLICT_WORDS)}</p>
            <div class="three-room" tabindex="0" role="group" aria-labelledby="conflict">
                <table class="three">
                    <thead><tr><th scope="col">{t(schema::WHAT)}</th><th scope="col">{t(schema::AS_READ)}</th><th scope="col">{t(schema::AS_IS)}</th><th scope="col">{t(schema::AS_WANTED)}</th></tr></thead>
                    {parts}
                </table>
            </div>
            {(more > 0).then(|| view! { <p class="quiet">{t_with(schema::MORE, &[("n", &number(more))])}</p> })}
            <p class="buttons">
                <button type="button" class="btn primary" on:click=move |_| editor.rebase_onto(mine.clone())>{t(schema::MINE_ON_TOP)}</button>
                <button type="button" class="btn" on:click=move |_| editor.take_theirs(now.clone())>{t(schema::TAKE_THEIRS)}</button>
            </p>
            <p class="quiet">{t(schema::CONFLICT_HOW)}</p>
        </section>
    }
}

fn of_part(part: Part) -> AnyView {
    view! {
        <tbody>
            <tr class="part"><th scope="rowgroup" colspan="4"><bdi>{part.name}</bdi></th></tr>
            {part.lines.into_iter().map(row).collect::<Vec<_>>()}
        </tbody>
    }
    .into_any()
}

fn row(line: Line) -> AnyView {
    let cell = |head, words: String| view! { <td data-head=t(head)>{words}</td> };
    view! {
        <tr class:clash=line.clashes>
            <th scope="row">{line.what}{line.clashes.then(|| view! { " "<span class="pill back">{t(schema::BOTH)}</span> })}</th>
            {cell(schema::AS_READ, line.was)}{cell(schema::AS_IS, line.now)}{cell(schema::AS_WANTED, line.mine)}
        </tr>
    }
    .into_any()
}
