//! The schema itself: its name, what it holds, and what of the person's changes was left out.

use leptos::prelude::*;
use portal_model::{attribute::Fault, schema::Place};

use super::{onto::Lost, rebase::Dropped, state::Editor, words as say};
use crate::text::{schema as w, t, t_count, t_with};

/// What is wrong with the schema's name.
pub(super) fn name_fault(editor: Editor) -> Option<&'static str> {
    editor.checked.with(|checked| {
        let empty = checked.faults.iter().any(|fault| fault.at == Place::Schema && fault.what == Fault::EmptyName);
        empty.then(|| t(w::FAULT_SCHEMA_NAME))
    })
}

/// The schema itself.
#[component]
pub fn Overview(editor: Editor) -> impl IntoView {
    let name = Memo::new(move |_| editor.draft.with(|draft| draft.name.clone()));
    let counts = Memo::new(move |_| {
        editor.draft.with(|draft| {
            let options: usize = draft.attributes.iter().map(|one| one.fields.options.len()).sum();
            (say::many(draft.attributes.len()), say::many(options), say::many(draft.labels.len()))
        })
    });
    view! {
        <section class="overview" aria-labelledby="overview">
            <h2 id="overview">{t(w::OVERVIEW)}</h2>
            <div class="fields">
                <div class="field">
                    <label for="name-of-schema">{t(w::SCHEMA_NAME)}</label>
                    <input type="text" id="name-of-schema" dir="auto" autocomplete="off" prop:value=name
                        aria-invalid=move || name_fault(editor).is_some().to_string() aria-describedby="name-of-schema-fault"
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            editor.edit(Some("name"), |draft| draft.name = text);
                        }
                        on:blur=move |_| editor.rest()/>
                    <p class="fault" id="name-of-schema-fault">{move || name_fault(editor)}</p>
                </div>
            </div>
            <p class="about">
                <span>{move || t_count(w::QUESTIONS_ONE, w::QUESTIONS_OTHER, counts.get().0)}</span>
                <span>{move || t_count(w::OPTIONS_ONE, w::OPTIONS_OTHER, counts.get().1)}</span>
                <span>{move || t_count(w::LABELS_ONE, w::LABELS_OTHER, counts.get().2)}</span>
            </p>
            <h3>{t(w::IGNORED)}</h3>
            <ul class="said">
                <li>{t(w::ORDER)}</li>
                <li>{t(w::SHOW_PROMPT)}</li>
                <li>{t(w::FAULT_LABEL_FIXED)}</li>
            </ul>
        </section>
    }
}

/// What of the person's changes made no sense any more.
#[component]
pub fn Notes(editor: Editor) -> impl IntoView {
    view! {
        <div aria-live="polite">
            {move || {
                let dropped = editor.dropped.get();
                (!dropped.is_empty()).then(|| view! {
                    <section class="came-between" aria-labelledby="dropped">
                        <h2 id="dropped">{t(w::DROPPED)}</h2>
                        <ul>{dropped.iter().map(|one| view! { <li>{words(one)}</li> }).collect_view()}</ul>
                    </section>
                })
            }}
        </div>
    }
}

fn words(lost: &Lost) -> String {
    match lost {
        Lost::Attribute(question) => t_with(w::DROPPED_QUESTION, &[("name", &say::name(question))]),
        Lost::Within(question, dropped) => {
            let what = match dropped {
                Dropped::Gone(name) => t_with(w::DROPPED_GONE, &[("name", &say::name(name))]),
                Dropped::Unplaced(name) => t_with(w::DROPPED_UNPLACED, &[("name", &say::name(name))]),
                Dropped::Default => t(w::DROPPED_DEFAULT).to_owned(),
            };
            t_with(w::FAULT_AT, &[("name", &say::name(question)), ("fault", &what)])
        }
    }
}
