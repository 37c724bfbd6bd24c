//! What the draft changes and on to the review; what keeps it from that, each with the way to where it is.

use leptos::prelude::*;
use portal_model::schema::{Place, SchemaFault};

use super::{
    state::{Editor, Trouble},
    words as say,
};
use crate::text::{number, schema as w, t, t_count, t_with};

/// More faults are counted, not named.
const NAMED: usize = 50;

/// The bar at the foot.
#[component]
pub fn Bar(editor: Editor) -> impl IntoView {
    let changes = Memo::new(move |_| editor.checked.with(|checked| say::count(&checked.changes)));
    let faults = Memo::new(move |_| say::many(editor.checked.read().faults.len()));
    let calls = Memo::new(move |_| {
        editor.checked.track();
        let base = editor.base.read().plain();
        editor.draft.with_untracked(|draft| say::many(draft.plan(&base).len()))
    });
    let is_conflict = move || matches!(*editor.trouble.read(), Trouble::Conflict(_));
    let locked = move || editor.run.read().is_some();
    let blocked = move || faults.get() > 0 || changes.get() == 0 || is_conflict() || locked();
    let said = move || match (changes.get(), faults.get()) {
        _ if locked() => t(w::RUNNING_FIRST).to_owned(),
        _ if is_conflict() => t(w::DECIDE_FIRST).to_owned(),
        (_, n) if n > 0 => t_count(w::FAULTS_ONE, w::FAULTS_OTHER, n),
        (0, _) => t(w::UNCHANGED).to_owned(),
        (_, _) if editor.unkept.get() => t(w::UNKEPT).to_owned(),
        _ => t(w::KEPT).to_owned(),
    };
    view! {
        <footer class="schema-bar">
            <p role="status">
                <Show when=move || { changes.get() > 0 }>
                    <strong>{move || t_count(w::CHANGES_ONE, w::CHANGES_OTHER, changes.get())}</strong>" "
                    <span class="calls">{move || t_count(w::CALLS_ONE, w::CALLS_OTHER, calls.get())}</span>" "
                </Show>
                <span id="why" class:bad=move || { faults.get() > 0 }>{said}</span>
            </p>
            <Faults editor/>
            <span class="grow"></span>
            <Show when=move || { changes.get() > 0 && !locked() }>
                <button type="button" class="btn quietly" on:click=move |_| editor.discard()>{t(w::DISCARD)}</button>
            </Show>
            <button type="button" class="btn primary" aria-describedby="why" disabled=blocked on:click=move |_| editor.review()>{t(w::REVIEW)}</button>
        </footer>
    }
}

/// The faults by name, each with the way to it.
#[component]
fn Faults(editor: Editor) -> impl IntoView {
    let faults = Memo::new(move |_| {
        editor.checked.with(|checked| {
            let named: Vec<SchemaFault> = checked.faults.iter().take(NAMED).cloned().collect();
            (named, checked.faults.len().saturating_sub(NAMED))
        })
    });
    move || {
        let (named, more) = faults.get();
        (!named.is_empty()).then(|| {
            let lines = named.into_iter().map(|fault| {
                let said = t_with(w::FAULT_AT, &[("name", &whose(editor, &fault)), ("fault", say::fault(&fault.what))]);
                view! { <li><button type="button" class="linkish" on:click=move |_| editor.show(&fault)>{said}</button></li> }
            });
            view! {
                <details class="faults">
                    <summary>{t(w::FAULTS_LIST)}</summary>
                    <ul>
                        {lines.collect_view()}
                        {(more > 0).then(|| view! { <li>{t_with(w::MORE, &[("n", &number(say::many(more)))])}</li> })}
                    </ul>
                </details>
            }
        })
    }
}

/// What a fault is about, by the name it has in the draft.
fn whose(editor: Editor, fault: &SchemaFault) -> String {
    editor.draft.with_untracked(|draft| match &fault.at {
        Place::Schema => t(w::SCHEMA_ITSELF).to_owned(),
        Place::Label { key } => {
            let label = draft.labels.iter().find(|label| label.key == *key);
            say::name(label.map_or("", |label| &label.name))
        }
        Place::Attribute { key } => {
            let Some(one) = draft.attributes.iter().find(|one| one.key == *key) else { return String::new() };
            let question = say::name(&say::title(&one.fields.question, &one.fields.name));
            let option = say::fault_key(&fault.what)
                .and_then(|key| one.fields.options.iter().find(|option| option.key == key))
                .map(|option| option.name.trim())
                .filter(|name| !name.is_empty());
            match option {
                Some(option) => format!("{question} › {}", say::name(option)),
                None => question,
            }
        }
    })
}
