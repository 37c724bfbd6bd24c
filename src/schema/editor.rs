//! The editor of one attribute: the other questions beside it, its fields, how annotators will see it, and what it changes.

use std::collections::HashMap;

use leptos::{ev, prelude::*};
use portal_model::{
    annotation::Label,
    api::schemas::{AttributeState, SchemaDetail, SchemaRow, path},
    attribute::AttributeKind,
    id::{AttributeId, SchemaId},
};

use super::{
    conflict::Troubles, detail::title, fields::Fields, options::Options, preview::Preview, review::Review,
    state::Editor, words as say,
};
use crate::{
    admin::{Answer, nothing, read},
    app::portal,
    paths,
    text::{number, schema as w, t, t_count, t_with},
    ui::links::{About, LinksButton},
};

/// The page.
#[component]
pub fn AttributePage(ids: Option<(SchemaId, AttributeId)>) -> impl IntoView {
    let portal = portal();
    let state = RwSignal::new(Answer::Reading);
    let fetch = move || {
        let Some((schema, attribute)) = ids else { return state.set(Answer::Missing) };
        state.set(Answer::Reading);
        leptos::task::spawn_local(async move {
            let answer = match read::<SchemaDetail>(portal, &path::schema(schema)).await {
                Answer::Here(mut detail) => {
                    let at = detail.attributes.iter().position(|state| state.attribute.id == attribute);
                    match at.map(|at| detail.attributes[at].clone()) {
                        Some(state) => {
                            // Of the others only the questions are shown.
                            detail.attributes.iter_mut().for_each(|state| state.attribute.options.clear());
                            Answer::Here((detail, state))
                        }
                        None => Answer::Missing,
                    }
                }
                Answer::Reading => Answer::Reading,
                Answer::Missing => Answer::Missing,
                Answer::ForAdmins => Answer::ForAdmins,
                Answer::Failed(failure) => Answer::Failed(failure),
            };
            let _ = state.try_set(answer);
        });
    };
    fetch();
    move || match nothing(state.get(), fetch) {
        Ok((detail, state)) => view! { <Edit detail state/> }.into_any(),
        Err(notice) => notice,
    }
}

/// The editor, once the attribute is read.
#[component]
fn Edit(detail: SchemaDetail, state: AttributeState) -> impl IntoView {
    let SchemaDetail { schema, labels, attributes, .. } = detail;
    let attribute = &state.attribute;
    let (id, kind, read_name) = (attribute.id, attribute.kind.clone(), attribute.name.clone());
    let about = (say::kind(&kind), say::scope(attribute, &labels));
    let unknown = matches!(kind, AttributeKind::Other(_));
    let editor = Editor::new(schema.id, state);
    keyboard(editor);
    let heading = Memo::new(move |_| title(&editor.draft.read().question, &read_name));
    Effect::new(move |_| document().set_title(&heading.read()));
    view! {
        <article class="schema">
            <Head editor schema=schema.clone() id heading about/>
            <div class="schema-body">
                <Others schema=schema.id attributes labels id/>
                <div class="schema-edit">
                    <Troubles editor/>
                    {unknown.then(|| view! { <p class="note">{t(w::UNKNOWN_KIND)}</p> })}
                    <fieldset class="bare" disabled=unknown>
                        <legend class="sr">{t(w::EDIT)}</legend>
                        <Fields editor kind=kind.clone()/>
                        {kind.has_options().then(|| view! { <Options editor kind=kind.clone()/> })}
                    </fieldset>
                </div>
                <section class="schema-preview" aria-labelledby="preview">
                    <h2 id="preview">{t(w::PREVIEW)}</h2>
                    <Preview editor kind/>
                </section>
            </div>
            {(!unknown).then(|| view! { <Bar editor/> <Review editor/> })}
        </article>
    }
}

/// Undo and redo by keys.
fn keyboard(editor: Editor) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let asked = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        if !asked || editor.reviewing.get_untracked() {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => editor.undo(),
            ("z", true) | ("y", false) => editor.redo(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// Where one is, what the question is, and the way back from a mistake.
#[component]
fn Head(
    editor: Editor,
    schema: SchemaRow,
    id: AttributeId,
    heading: Memo<String>,
    about: (String, String),
) -> impl IntoView {
    let about_it = StoredValue::new((schema.project.clone(), schema.id));
    let changed = move || !editor.checked.read().changes.is_empty();
    view! {
        <header class="schema-head">
            <div class="titles">
                <p class="crumbs">
                    <a href=paths::SCHEMAS>{t(w::TITLE)}</a>" › "
                    <a href=paths::schema(schema.id)><bdi>{schema.name}</bdi></a>
                </p>
                <h1><bdi>{move || heading.get()}</bdi></h1>
                <p class="about"><span>{about.0}</span><span>{about.1}</span></p>
            </div>
            <div class="tools">
                <Show when=changed><span class="pill back">{t(w::UNPUBLISHED)}</span></Show>
                <button type="button" class="btn quietly" title=t(w::UNDO_KEY) disabled=move || !editor.can.get().0 on:click=move |_| editor.undo()>{t(w::UNDO)}</button>
                <LinksButton name=heading.get_untracked() about=move || Some(about_it.with_value(|(project, schema)| About::Attribute(project.clone(), *schema, id, heading.get_untracked())))/>
                <button type="button" class="btn quietly" title=t(w::REDO_KEY) disabled=move || !editor.can.get().1 on:click=move |_| editor.redo()>{t(w::REDO)}</button>
            </div>
        </header>
    }
}

/// The questions of the schema, to go on to the next.
#[component]
fn Others(schema: SchemaId, attributes: Vec<AttributeState>, labels: Vec<Label>, id: AttributeId) -> impl IntoView {
    let labels: HashMap<_, _> = labels.into_iter().map(|label| (label.id, label.color)).collect();
    view! {
        <nav class="others" aria-label=t(w::ATTRIBUTES)>
            {attributes.into_iter().map(|state| {
                let attribute = state.attribute;
                let color = attribute.labels.first().and_then(|label| labels.get(label)).cloned();
                view! {
                    <a href=paths::attribute(schema, attribute.id) aria-current=(attribute.id == id).then_some("page")>
                        <svg viewBox="0 0 10 10" aria-hidden="true">{color.map(|color| view! { <rect width="10" height="10" rx="3" fill=color/> })}</svg>
                        <bdi>{title(&attribute.question, &attribute.name)}</bdi>
                        <small>{say::kind(&attribute.kind)}</small>
                    </a>
                }
            }).collect_view()}
        </nav>
    }
}

/// What the draft changes, and on to the review; what keeps it from that.
#[component]
fn Bar(editor: Editor) -> impl IntoView {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let changes = Memo::new(move |_| count(editor.checked.read().changes.len()));
    let faults = Memo::new(move |_| count(editor.checked.read().faults.len()));
    let blocked = move || {
        faults.get() > 0 || changes.get() == 0 || matches!(*editor.trouble.read(), super::state::Trouble::Conflict(_))
    };
    let said = move || match (changes.get(), faults.get()) {
        _ if matches!(*editor.trouble.read(), super::state::Trouble::Conflict(_)) => t(w::DECIDE_FIRST).to_owned(),
        (_, n) if n > 0 => t_count(w::FAULTS_ONE, w::FAULTS_OTHER, n),
        (0, _) => t(w::UNCHANGED).to_owned(),
        (_, _) if editor.unkept.get() => t(w::UNKEPT).to_owned(),
        _ => t(w::KEPT).to_owned(),
    };
    view! {
        <footer class="schema-bar">
            <p role="status">
                <Show when=move || { changes.get() > 0 }><strong>{move || t_count(w::CHANGES_ONE, w::CHANGES_OTHER, changes.get())}</strong>" "</Show>
                <span id="why" class:bad=move || { faults.get() > 0 }>{said}</span>
            </p>
            <Faults editor/>
            <span class="grow"></span>
            <Show when=move || { changes.get() > 0 }>
                <button type="button" class="btn quietly" on:click=move |_| editor.discard()>{t(w::DISCARD)}</button>
            </Show>
            <button type="button" class="btn primary" aria-describedby="why" disabled=blocked on:click=move |_| editor.review()>{t(w::REVIEW)}</button>
        </footer>
    }
}

/// Faults of options by name: their rows may be out of sight.
#[component]
fn Faults(editor: Editor) -> impl IntoView {
    const NAMED: usize = 3;
    move || {
        let faults: Vec<_> = editor.checked.with(|checked| {
            checked
                .faults
                .iter()
                .filter_map(|fault| Some((say::fault_key(fault)?.to_owned(), say::fault(fault))))
                .collect()
        });
        let more = faults.len().saturating_sub(NAMED);
        (!faults.is_empty()).then(|| {
            let name = |key: &str| {
                editor.draft.with_untracked(|draft| {
                    draft.options.iter().find(|option| option.key == key).map_or_else(String::new, |option| say::name(&option.name))
                })
            };
            let lines = faults.iter().take(NAMED).map(|(key, words)| {
                let (said, key) = (t_with(w::FAULT_AT, &[("name", &name(key)), ("fault", words)]), key.clone());
                view! { <li><button type="button" class="linkish" on:click=move |_| editor.find.set(Some(key.clone()))>{said}</button></li> }
            });
            view! {
                <ul class="faults">
                    {lines.collect_view()}
                    {(more > 0).then(|| view! { <li>{t_with(w::MORE, &[("n", &number(u32::try_from(more).unwrap_or(u32::MAX)))])}</li> })}
                </ul>
            }
        })
    }
}
