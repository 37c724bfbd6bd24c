//! Where one is, what the schema is called, and the way back from a mistake.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::state::{Editor, Panel};
use crate::{
    paths,
    text::{publish as words, schema as w, t},
    ui::links::{About, LinksButton},
};

/// Into an element by its id, once what follows from now is drawn.
pub(super) fn focus_later(id: String) {
    leptos::task::spawn_local(async move {
        crate::platform::sleep(0).await;
        focus(&id);
    });
}

/// Into an element by its id, if it is there.
pub(super) fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The head of the page.
#[component]
pub fn Head(editor: Editor) -> impl IntoView {
    let row = editor.base.with_untracked(|base| base.schema.clone());
    let about = StoredValue::new((row.project.clone(), row.id));
    let about = move || {
        about.with_value(|(project, id)| {
            let name = editor.base.with_untracked(|base| base.schema.name.clone());
            match editor.at.with_untracked(|at| match at {
                portal_model::schema::Place::Attribute { key } => key.parse().ok(),
                _ => None,
            }) {
                Some(attribute) => {
                    let question = editor.base.with_untracked(|base| {
                        let found = base.attributes.iter().find(|state| state.attribute.id == attribute);
                        found.map(|state| super::words::title(&state.attribute.question, &state.attribute.name))
                    });
                    About::Attribute(project.clone(), *id, attribute, question.unwrap_or(name))
                }
                None => About::Schema(project.clone(), *id, name),
            }
        })
    };
    let changed = Memo::new(move |_| !editor.checked.read().changes.is_empty());
    view! {
        <header class="schema-head">
            <div class="titles">
                <p class="crumbs"><a href=paths::at(paths::SCHEMAS)>{t(w::TITLE)}</a>" › "<bdi>{row.project_name}</bdi></p>
                <Name editor/>
            </div>
            <div class="tools">
                {row.is_default.then(|| view! { <span class="chip">{t(w::DEFAULT_SCHEMA)}</span> })}
                <Show when=move || changed.get()><span class="pill back">{t(w::UNPUBLISHED)}</span></Show>
                <button type="button" class="btn quietly" title=t(w::UNDO_KEY) disabled=move || !editor.can.get().0 on:click=move |_| editor.undo()>{t(w::UNDO)}</button>
                <button type="button" class="btn quietly" title=t(w::REDO_KEY) disabled=move || !editor.can.get().1 on:click=move |_| editor.redo()>{t(w::REDO)}</button>
                <button type="button" class="btn quietly" aria-haspopup="dialog" on:click=move |_| editor.panel.set(Panel::History)>{t(words::VERSIONS)}</button>
                <button type="button" class="btn quietly" aria-haspopup="dialog" on:click=move |_| editor.panel.set(Panel::Import)>{t(words::FILES)}</button>
                <LinksButton wide=true name=row.name about=move || Some(about())/>
            </div>
        </header>
    }
}

/// The schema's name: a heading, and a field for whoever wants to change it.
#[component]
fn Name(editor: Editor) -> impl IntoView {
    const FIELD: &str = "schema-name";
    const BUTTON: &str = "schema-rename";
    let renaming = RwSignal::new(false);
    let name = Memo::new(move |_| editor.draft.with(|draft| draft.name.clone()));
    let fault = move || super::overview::name_fault(editor);
    let end = move |focus_back: bool| {
        editor.rest();
        renaming.set(false);
        if focus_back {
            focus_later(BUTTON.to_owned());
        }
    };
    let shown = move || {
        let name = name.get();
        if name.trim().is_empty() { t(w::UNNAMED).to_owned() } else { name }
    };
    move || {
        if renaming.get() {
            view! {
                <input type="text" class="rename" id=FIELD dir="auto" autocomplete="off" aria-label=t(w::SCHEMA_NAME) prop:value=name
                    aria-invalid=move || fault().is_some().to_string()
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        editor.edit(Some("name"), |draft| draft.name = text);
                    }
                    on:keydown=move |event| if matches!(event.key().as_str(), "Enter" | "Escape") && !event.is_composing() { end(true) }
                    on:blur=move |_| end(false)/>
            }
            .into_any()
        } else {
            view! {
                <div class="named">
                    <h1><bdi>{shown}</bdi></h1>
                    <button type="button" class="btn quietly small" id=BUTTON disabled=move || editor.run.read().is_some() on:click=move |_| {
                        renaming.set(true);
                        focus_later(FIELD.to_owned());
                    }>{t(w::RENAME)}</button>
                </div>
            }
            .into_any()
        }
    }
}
