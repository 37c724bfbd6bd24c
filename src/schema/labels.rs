//! The labels of the schema: those that exist, which stay as they are, and new ones.

use leptos::prelude::*;
use portal_model::{
    attribute::Fault,
    schema::{DraftLabel, Place},
};

use super::{head::focus, kinds, state::Editor, words as say};
use crate::{
    paths,
    text::{schema as w, t, t_with},
    ui::links::{About, LinksButton},
};

/// Colours that are offered for new labels, one after the other: far apart, and readable on pictures.
const COLORS: [&str; 10] =
    ["#2f6fed", "#e8590c", "#2b8a3e", "#c2255c", "#f08c00", "#7048e8", "#0c8599", "#a61e4d", "#5c940d", "#495057"];
/// The field for the name of a new one.
const FIELD: &str = "new-label";

/// What is drawn where a label has no colour yet.
fn color_of(label: &DraftLabel) -> String {
    label.color.clone().unwrap_or_else(|| COLORS[0].to_owned())
}

/// The labels at the side, and the field for a new one.
#[component]
pub fn LabelList(editor: Editor) -> impl IntoView {
    let labels = Memo::new(move |_| editor.draft.with(|draft| draft.labels.clone()));
    let name = RwSignal::new(String::new());
    let color = RwSignal::new(next_color(editor));
    let id = editor.id;
    let is_there = Memo::new(move |_| {
        let wanted = name.read().trim().to_lowercase();
        !wanted.is_empty() && labels.read().iter().any(|label| label.name.trim().to_lowercase() == wanted)
    });
    let add = move || {
        let wanted = name.get_untracked().trim().to_owned();
        if !wanted.is_empty() && !is_there.get_untracked() {
            editor.edit(None, |draft| {
                let label = DraftLabel { key: kinds::new_key(draft), name: wanted, color: Some(color.get_untracked()) };
                draft.labels.push(label);
            });
            name.set(String::new());
            color.set(next_color(editor));
        }
        focus(FIELD);
    };
    view! {
        <section class="rail-part" aria-labelledby="labels">
            <h2 id="labels" class="sr">{t(w::LABELS)}</h2>
            {move || labels.read().is_empty().then(|| view! { <p class="none">{t(w::NO_LABEL)}</p> })}
            <ul class="rail-list">
                <For each=move || labels.get() key=|label| (label.key.clone(), label.name.clone(), label.color.clone()) children=move |label| {
                    let place = Place::Label { key: label.key.clone() };
                    let here = place.clone();
                    let new = label.existing().is_none().then(|| view! { <small><span class="pill done">{t(w::NEW)}</span></small> });
                    let title = if label.name.trim().is_empty() { t(w::UNNAMED).to_owned() } else { label.name.clone() };
                    view! {
                        <li>
                            <a href=paths::in_schema(id, &place) aria-current=move || (*editor.at.read() == here).then_some("page")>
                                <span class="line"><svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="3" fill=color_of(&label)/></svg><bdi>{title}</bdi></span>
                                {new}
                            </a>
                        </li>
                    }
                }/>
            </ul>
            <fieldset class="bare add-label" disabled=move || editor.run.read().is_some()>
                <legend class="sr">{t(w::NEW_LABEL)}</legend>
                <label for=FIELD>{t(w::NEW_LABEL)}</label>
                <div class="pair">
                    <input type="color" aria-label=t(w::COLOR) prop:value=color on:input=move |event| color.set(event_target_value(&event))/>
                    <input type="text" id=FIELD dir="auto" autocomplete="off" prop:value=name aria-invalid=move || is_there.get().to_string() aria-describedby="new-label-fault"
                        on:input=move |event| name.set(event_target_value(&event))
                        on:keydown=move |event| {
                            // The Enter that ends a composition is not one.
                            if event.key() == "Enter" && !event.is_composing() {
                                event.prevent_default();
                                add();
                            }
                        }/>
                    <button type="button" class="btn" on:click=move |_| add()>{t(w::ADD)}</button>
                </div>
                <p class="fault" id="new-label-fault">{move || is_there.get().then(|| t(w::FAULT_DUPLICATE_LABEL))}</p>
                <p class="quiet">{t(w::LABELS_STAY)}</p>
            </fieldset>
        </section>
    }
}

/// The first colour that no label has.
fn next_color(editor: Editor) -> String {
    editor.draft.with_untracked(|draft| {
        let taken = |color: &&&str| !draft.labels.iter().any(|label| label.color.as_deref() == Some(**color));
        let again = COLORS[draft.labels.len() % COLORS.len()];
        COLORS.iter().find(taken).copied().unwrap_or(again).to_owned()
    })
}

/// One label.
#[component]
pub fn LabelEditor(editor: Editor, key: String) -> impl IntoView {
    let key = StoredValue::new(key);
    let label = Memo::new(move |_| {
        editor.draft.with(|draft| key.with_value(|key| draft.labels.iter().find(|label| label.key == *key).cloned()))
    });
    let change = move |field: &str, edit: Box<dyn FnOnce(&mut DraftLabel)>| {
        let key = key.get_value();
        editor.edit(Some(&format!("label {key} {field}")), |draft| {
            if let Some(label) = draft.labels.iter_mut().find(|label| label.key == key) {
                edit(label);
            }
        });
    };
    let fault = Memo::new(move |_| {
        editor.checked.with(|checked| {
            key.with_value(|key| {
                let mine = |at: &Place| matches!(at, Place::Label { key: at } if at == key);
                checked.faults.iter().find(|fault| mine(&fault.at)).map(|fault| fault.what.clone())
            })
        })
    });
    let wrong = move |of_color: bool| {
        fault.get().filter(|fault| (*fault == Fault::BadColor) == of_color).map(|fault| say::fault(&fault))
    };
    let fixed = label.with_untracked(|label| label.as_ref().is_some_and(|label| label.existing().is_some()));
    let name = move || label.with(|label| label.as_ref().map_or_else(String::new, |label| label.name.clone()));
    let color = move || label.with(|label| label.as_ref().map_or_else(String::new, color_of));
    let asked = Memo::new(move |_| {
        editor.draft.with(|draft| {
            key.with_value(|key| {
                let of = draft.attributes.iter().filter(|one| one.labels.contains(key));
                of.map(|one| (one.key.clone(), say::title(&one.fields.question, &one.fields.name))).collect::<Vec<_>>()
            })
        })
    });
    let about = editor
        .base
        .with_untracked(|base| About::Schema(base.schema.project.clone(), base.schema.id, base.schema.name.clone()));
    let id = editor.id;
    view! {
        <section class="overview" aria-labelledby="label-title">
            <header class="of-head">
                <a class="back" href=paths::schema(id)><span class="arrow" aria-hidden="true">"‹"</span>" "{t(w::ALL_PARTS)}</a>
                <h2 id="label-title"><svg viewBox="0 0 14 14" aria-hidden="true"><rect width="14" height="14" rx="4" fill=color/></svg><bdi>{move || {
                    let name = name();
                    if name.trim().is_empty() { t(w::UNNAMED).to_owned() } else { name }
                }}</bdi></h2>
                {fixed.then(|| view! { <LinksButton name=name() about=move || Some(about.clone()) wide=true/> })}
                {(!fixed).then(|| view! {
                    <button type="button" class="btn quietly small" aria-label=move || t_with(w::ACT_NAMED, &[("act", t(w::REMOVE)), ("name", &say::name(&name()))]) on:click=move |_| {
                        let key = key.get_value();
                        editor.edit(None, |draft| {
                            draft.labels.retain(|label| label.key != key);
                            for one in &mut draft.attributes {
                                one.labels.retain(|label| *label != key);
                            }
                        });
                        editor.open(&Place::Schema);
                    }>{t(w::REMOVE)}</button>
                })}
            </header>
            {fixed.then(|| view! { <p class="note">{t(w::FAULT_LABEL_FIXED)}" "{t(w::LABEL_IN_DIFFGRAM)}</p> })}
            <fieldset class="bare fields" disabled=fixed>
                <legend class="sr">{t(w::EDIT)}</legend>
                <div class="field">
                    <label for="label-name">{t(w::LABEL_NAME)}</label>
                    <input type="text" id="label-name" dir="auto" autocomplete="off" prop:value=name
                        aria-invalid=move || wrong(false).is_some().to_string() aria-describedby="label-name-fault"
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            change("name", Box::new(move |label| label.name = text));
                        }
                        on:blur=move |_| editor.rest()/>
                    <p class="fault" id="label-name-fault">{move || wrong(false)}</p>
                </div>
                <div class="field">
                    <label for="label-color">{t(w::COLOR)}</label>
                    <div class="pair"><input type="color" id="label-color" prop:value=color aria-describedby="label-color-fault"
                        on:input=move |event| {
                            let color = event_target_value(&event);
                            change("color", Box::new(move |label| label.color = Some(color)));
                        }
                        on:change=move |_| editor.rest()/><code class="quiet">{color}</code></div>
                    <p class="fault" id="label-color-fault">{move || wrong(true)}</p>
                </div>
            </fieldset>
            <h3>{t(w::ASKED_ABOUT_IT)}</h3>
            {move || {
                let asked = asked.get();
                if asked.is_empty() {
                    return view! { <p class="quiet">{t(w::ASKED_NOTHING)}</p> }.into_any();
                }
                view! { <ul class="said">{asked.into_iter().map(|(key, title)| view! {
                    <li><a href=paths::in_schema(id, &Place::Attribute { key })><bdi>{title}</bdi></a></li>
                }).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
}
