//! The questions and the labels of the schema, to open one, put the questions in order, and make new ones.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use portal_model::{
    attribute::AttributeKind,
    id::AttributeId,
    schema::{Place, SchemaChange},
};

use super::{
    drag::{Drag, Part},
    head::focus_later,
    kinds,
    labels::LabelList,
    state::Editor,
    words as say,
};
use crate::{
    paths,
    text::{number, schema as w, t, t_count, t_with},
    ui::dialog,
};

/// What a question in the list is marked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Mark {
    Faulty,
    New,
    Changed,
}

/// A question in the list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    key: String,
    title: String,
    kind: AttributeKind,
    color: Option<String>,
    mark: Option<Mark>,
}

fn rows(editor: Editor) -> Vec<Row> {
    let (faulty, changed) = editor.checked.with(|checked| {
        let faulty: HashSet<String> = checked
            .faults
            .iter()
            .filter_map(|fault| match &fault.at {
                Place::Attribute { key } => Some(key.clone()),
                _ => None,
            })
            .collect();
        let changed: HashSet<AttributeId> = checked
            .changes
            .iter()
            .filter_map(|change| match change {
                SchemaChange::AttributeChanged { id, .. } => Some(*id),
                _ => None,
            })
            .collect();
        (faulty, changed)
    });
    editor.draft.with(|draft| {
        let colors: HashMap<&str, &Option<String>> =
            draft.labels.iter().map(|label| (label.key.as_str(), &label.color)).collect();
        let row = |one: &portal_model::schema::DraftAttribute| Row {
            key: one.key.clone(),
            title: say::title(&one.fields.question, &one.fields.name),
            kind: one.kind.clone(),
            color: one.labels.first().and_then(|label| (*colors.get(label.as_str())?).clone()),
            mark: match one.existing() {
                _ if faulty.contains(&one.key) => Some(Mark::Faulty),
                None => Some(Mark::New),
                Some(id) => changed.contains(&id).then_some(Mark::Changed),
            },
        };
        draft.attributes.iter().map(row).collect()
    })
}

/// The questions and the labels.
#[component]
pub fn Rail(editor: Editor, unreadable: u32) -> impl IntoView {
    let labels = RwSignal::new(false);
    // Whoever opens one sees it in its list.
    Effect::new(move |_| match &*editor.at.read() {
        Place::Schema => {}
        Place::Label { .. } => labels.set(true),
        Place::Attribute { .. } => labels.set(false),
    });
    let counts = Memo::new(move |_| {
        editor.draft.with(|draft| (say::many(draft.attributes.len()), say::many(draft.labels.len())))
    });
    let at_schema = move || (*editor.at.read() == Place::Schema).then_some("page");
    view! {
        <nav class="rail" aria-label=t(w::PARTS)>
            <a class="itself" href=paths::schema(editor.id) aria-current=at_schema>{t(w::OVERVIEW)}</a>
            <div class="seg" role="group" aria-label=t(w::SHOW_WHICH)>
                <button type="button" aria-pressed=move || (!labels.get()).to_string() on:click=move |_| labels.set(false)>
                    {t(w::ATTRIBUTES)}" "<small class="num">{move || number(counts.get().0)}</small>
                </button>
                <button type="button" aria-pressed=move || labels.get().to_string() on:click=move |_| labels.set(true)>
                    {t(w::LABELS)}" "<small class="num">{move || number(counts.get().1)}</small>
                </button>
            </div>
            <Show when=move || labels.get() fallback=move || view! { <Questions editor unreadable/> }><LabelList editor/></Show>
        </nav>
    }
}

/// The questions.
#[component]
fn Questions(editor: Editor, unreadable: u32) -> impl IntoView {
    let rows = Memo::new(move |_| rows(editor));
    let drag = Drag::new(".rail-list", false, move |what, over, part| {
        editor.edit(None, |draft| {
            kinds::move_beside(draft, &what, &over, part == Part::After);
        });
    });
    let id = editor.id;
    let none = move || rows.read().is_empty().then(|| view! { <p class="none">{t(w::NO_ATTRIBUTE)}</p> });
    view! {
        <section class="rail-part" aria-labelledby="attributes">
            <h2 id="attributes" class="sr">{t(w::ATTRIBUTES)}</h2>
            {none}
            <ul class="rail-list" class:dragging=move || drag.what.read().is_some()>
                <For each=move || rows.get() key=Clone::clone children=move |row| {
                    let Row { key, title, kind, color, mark } = row;
                    let place = Place::Attribute { key: key.clone() };
                    let (here, marked, gripped) = (place.clone(), key.clone(), key.clone());
                    view! {
                        <li data-key=key data-drop=move || drag.mark(&marked)>
                            <span class="grip" aria-hidden="true" title=t(w::DRAG) on:pointerdown=move |event| drag.begin(&event, gripped.clone())>"⠿"</span>
                            <a href=paths::in_schema(id, &place) aria-current=move || (*editor.at.read() == here).then_some("page")>
                                <span class="line">
                                    {color.map(|color| view! { <svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="3" fill=color/></svg> })}
                                    <bdi>{title}</bdi>
                                </span>
                                <small><span>{say::kind(&kind)}</span>{mark.map(mark_words)}</small>
                            </a>
                        </li>
                    }
                }/>
            </ul>
            {(unreadable > 0).then(|| view! { <p class="note">{t_count(w::UNREADABLE_ONE, w::UNREADABLE_OTHER, unreadable)}</p> })}
            <Leaving editor/>
            <New editor/>
        </section>
    }
}

fn mark_words(mark: Mark) -> AnyView {
    let (class, words) = match mark {
        Mark::Faulty => ("pill gone", w::MARK_FAULTY),
        Mark::New => ("pill done", w::NEW),
        Mark::Changed => ("pill todo", w::CHANGED),
    };
    view! { <span class=class>{t(words)}</span> }.into_any()
}

/// Questions that the draft would archive, to be kept before it happens.
#[component]
fn Leaving(editor: Editor) -> impl IntoView {
    let gone = Memo::new(move |_| {
        editor.checked.with(|checked| {
            let gone = checked.changes.iter().filter_map(|change| match change {
                SchemaChange::AttributeArchived { id, question } => Some((*id, question.clone())),
                _ => None,
            });
            gone.collect::<Vec<_>>()
        })
    });
    move || {
        let gone = gone.get();
        (!gone.is_empty()).then(|| view! {
            <section class="archiving" aria-labelledby="leaving">
                <h3 id="leaving">{t(w::ARCHIVING)}</h3>
                <ul>{gone.into_iter().map(|(id, question)| {
                    let title = say::title(&question, "");
                    let act = t_with(w::ACT_NAMED, &[("act", t(w::KEEP)), ("name", &say::name(&title))]);
                    view! {
                        <li>
                            <s><bdi>{title}</bdi></s>
                            <button type="button" class="btn small" aria-label=act on:click=move |_| keep(editor, id)>{t(w::KEEP)}</button>
                        </li>
                    }
                }).collect_view()}</ul>
            </section>
        })
    }
}

/// Keeps a question that the draft would archive.
pub(super) fn keep(editor: Editor, id: AttributeId) {
    let base = editor.base.get_untracked();
    if let Some(state) = base.attributes.iter().find(|state| state.attribute.id == id) {
        editor.edit(None, |draft| kinds::keep(draft, &state.attribute));
    }
}

/// A new question: first what answers it takes.
#[component]
fn New(editor: Editor) -> impl IntoView {
    let open = RwSignal::new(false);
    let dialog = dialog::follow(move || open.get());
    let make = move |kind: AttributeKind| {
        open.set(false);
        let mut key = String::new();
        editor.edit(None, |draft| key = kinds::add(draft, kind));
        if !key.is_empty() {
            editor.open(&Place::Attribute { key });
            focus_later("question".to_owned());
        }
    };
    view! {
        <button type="button" class="btn" aria-haspopup="dialog" disabled=move || editor.run.read().is_some() on:click=move |_| open.set(true)>{t(w::NEW_QUESTION)}</button>
        <dialog class="picker kinds" node_ref=dialog aria-labelledby="new-question" on:close=move |_| open.set(false)>
            {move || open.get().then(|| view! {
                <h2 id="new-question">{t(w::NEW_QUESTION_TITLE)}</h2>
                <ul>{AttributeKind::KNOWN.into_iter().map(|kind| {
                    let (name, hint) = (say::kind(&kind), say::kind_hint(&kind));
                    view! {
                        <li><button type="button" class="btn quietly" on:click=move |_| make(kind.clone())>
                            <span><strong>{name}</strong>" "<small class="quiet">{hint}</small></span>
                        </button></li>
                    }
                }).collect_view()}</ul>
                <button type="button" class="btn" on:click=move |_| open.set(false)>{t(w::CANCEL)}</button>
            })}
        </dialog>
    }
}
